import { describe, expect, it } from 'vitest'
import { call, createBot } from './client.ts'
import { startBotServer, type BotServerPlan } from './testing/bot-server.ts'

async function createTestBot(answers: BotServerPlan['answers'], tenantId?: string) {
  const server = await startBotServer({ answers: answers ?? {} })
  return { ...server, bot: createBot({ baseUrl: server.url, key: 'pbk_1', platform: 'SLACK', tenantId }) }
}

const refusal = (status: number, code: string) => ({ status, body: { code, detail: 'No.', status } })

describe('a bot', () => {
  it('asks who somebody is, with its key and in the team where ids are theirs', async () => {
    const { bot, calls } = await createTestBot(
      { '/resolve': [{ body: { linked: true, user_id: 'usr_1' } }, { body: { linked: false } }] },
      'T1',
    )
    expect([await bot.userOf('U1'), await bot.userOf('U2')]).toEqual(['usr_1', undefined])
    const body = { platform: 'SLACK', platform_user_id: 'U1', tenant_id: 'T1' }
    expect(calls[0]).toEqual({ call: 'POST /resolve', key: 'pbk_1', body })
  })

  it('makes a link for a stranger', async () => {
    const made = { token: 't', link_url: 'https://p.example/link/t', expires_at: '2026-01-01T00:30:00.000Z' }
    const { bot, calls } = await createTestBot({ '/tokens': [{ body: made }] })
    expect(await bot.invite({ id: 'U1', username: 'nelly', channelId: 'D1' })).toEqual({
      token: 't',
      url: 'https://p.example/link/t',
      expiresAt: new Date('2026-01-01T00:30:00Z'),
    })
    const names = { platform_username: 'nelly', channel_id: 'D1' }
    expect(calls[0]?.body).toEqual({ platform: 'SLACK', platform_user_id: 'U1', ...names })
  })

  it('makes no link for somebody who is connected, and says what else is refused', async () => {
    const { bot } = await createTestBot({
      '/tokens': [refusal(409, 'identity_linked'), refusal(403, 'bot_not_of_platform')],
    })
    expect(await bot.invite({ id: 'U1' })).toBeUndefined()
    await expect(bot.invite({ id: 'U1' })).rejects.toMatchObject({
      name: 'PorticoError',
      status: 403,
      code: 'bot_not_of_platform',
    })
  })

  const invitation = { token: 't', url: 'https://p.example/link/t', expiresAt: new Date() }
  const pending = { body: { status: 'pending' } }

  it('waits until somebody has followed a link, also through a bad moment of the server', async () => {
    const linked = { body: { status: 'linked', user_id: 'usr_1' } }
    const { bot, calls } = await createTestBot({ '/t/status': [pending, refusal(503, 'x'), pending, linked] })
    expect(await bot.untilLinked(invitation, { everyMs: 1 })).toEqual({ status: 'linked', userId: 'usr_1' })
    expect(calls).toHaveLength(4)
  })

  it('is told when nobody followed it', async () => {
    const { bot } = await createTestBot({ '/t/status': [pending, { body: { status: 'expired' } }] })
    expect(await bot.untilLinked(invitation, { everyMs: 1 })).toEqual({ status: 'expired' })
  })

  it('stops waiting when it is told to', async () => {
    const { bot } = await createTestBot({ '/t/status': [pending] })
    const stop = new AbortController()
    const waiting = bot.untilLinked(invitation, { signal: stop.signal })
    stop.abort(new Error('the bot stops'))
    await expect(waiting).rejects.toThrow('the bot stops')
  })

  it.each(['linked', 'wrong_number', 'ended', 'none'] as const)(
    'hands a number over and says that it is %s',
    async (status) => {
      const answer = { body: { success: status === 'linked', status } }
      const { bot, calls } = await createTestBot({ '/approve': [answer] })
      expect(await bot.approve('U1', '0471')).toBe(status)
      expect(calls[0]?.body).toEqual({ platform: 'SLACK', platform_user_id: 'U1', number: '0471' })
    },
  )

  it('reaches the other routes with its key', async () => {
    const { bot, calls } = await createTestBot({ '/chat/session': [{ body: { session_id: 'cnv_1' } }] })
    const body = { user_id: 'usr_1', message: 'About cats' }
    const { session_id } = await call(bot.api.POST('/api/platform-linking/chat/session', { body }))
    expect(session_id).toBe('cnv_1')
    expect(calls).toEqual([{ call: 'POST /chat/session', key: 'pbk_1', body }])
  })
})
