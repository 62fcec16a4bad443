import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listAudit } from '../audit/audit.ts'
import { openLinkingHouse, outsideBot, principalOf, type LinkingHouse } from './testing/linking-house.ts'

let house: LinkingHouse
beforeEach(async () => {
  house = await openLinkingHouse(4)
})
afterEach(() => house.database.drop())

const status = (token: string, bot = outsideBot) => house.linking.tokens.status(bot, token)
const info = (token: string, user = principalOf('ada')) => house.linking.tokens.info(user, token)
const unknown = { code: 'link_token_not_found', status: 404 }

describe('a link token', () => {
  it('has 256 bits, lives half an hour, and is stored as a hash only', async () => {
    const request = { ...house.keyTo('1'), name: 'Nelly', chat: null }
    const { token, expiresAt } = await house.linking.tokens.create(outsideBot, request)
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(expiresAt.getTime()).toBe(house.now() + 1_800_000)
    const rows = await house.db.selectFrom('link_tokens').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  it('says who is to be linked, links them, and is told how it went', async () => {
    const token = await house.linkFor('1')
    expect(await info(token)).toMatchObject({
      channel: 'telegram',
      externalName: 'Person 1',
      botName: 'Outside',
      isConnected: false,
    })
    expect(await status(token)).toEqual({ status: 'pending' })
    expect(await house.confirm('ada', token)).toMatchObject({
      kind: 'linked',
      user: { id: 'usr_ada' },
      connection: { externalId: '1', botId: null, metadata: { chat_id: 'c1' } },
    })
    expect(await status(token)).toEqual({ status: 'linked', userId: 'usr_ada' })
    expect(await house.resolve('1')).toMatchObject({ user: { id: 'usr_ada' } })
    expect(house.heard.map(({ type }) => type)).toEqual(['connection.created'])
    const { entries } = await listAudit(house.db, { limit: 5 })
    expect(entries).toMatchObject([
      { action: 'connection.created', detail: { made_in: 'chat', bot_key_id: 'bky_1' } },
    ])
    expect(JSON.stringify(entries)).not.toContain(token)
  })

  it('reads expired when it is too old, superseded, or when the link was ended again', async () => {
    const old = await house.linkFor('1')
    const token = await house.linkFor('1')
    expect(await status(old)).toEqual({ status: 'expired' })
    await expect(info(old)).rejects.toMatchObject({ code: 'link_token_expired', status: 410 })
    const confirmed = await house.confirm('ada', token)
    if (confirmed.kind !== 'linked') throw new Error('not linked')
    await house.linking.revoke({ userId: 'usr_ada', connectionId: confirmed.connection.id })
    expect(await status(token)).toEqual({ status: 'expired' })
    expect(house.stopped).toEqual([confirmed.connection.id])
    const late = await house.linkFor('2')
    house.pass(1_800_000)
    expect(await status(late)).toEqual({ status: 'expired' })
    await expect(house.confirm('ada', late)).rejects.toMatchObject({ code: 'link_token_expired' })
  })

  it('is unknown to other keys and workspaces, and once its bot is gone', async () => {
    const token = await house.linkFor('1')
    await expect(status(token, { ...outsideBot, keyId: 'bky_2' })).rejects.toMatchObject(unknown)
    await expect(status(token, { ...outsideBot, workspaceId: 'wsp_2' })).rejects.toMatchObject(unknown)
    await expect(info(token, principalOf('eve', 'wsp_2'))).rejects.toMatchObject(unknown)
    for (const odd of ['', 'x'.repeat(65), "' or 1=1 --", 'a b'])
      await expect(info(odd)).rejects.toMatchObject(unknown)
    await house.db.updateTable('bot_keys').set({ revoked_at: new Date() }).execute()
    await expect(info(token)).rejects.toMatchObject(unknown)
    await expect(house.confirm('ada', token)).rejects.toMatchObject(unknown)
  })

  it('is not made for who is linked, and a refusal is recorded and burns nothing', async () => {
    const token = await house.linkFor('1')
    await house.redeem(await house.codeOf('usr_bob'), { identity: { id: '1' } })
    await expect(house.linkFor('1')).rejects.toMatchObject({ code: 'identity_linked', status: 409 })
    expect(await house.confirm('ada', token)).toMatchObject({
      kind: 'refused',
      error: { code: 'identity_linked', status: 409 },
    })
    const { entries } = await listAudit(house.db, { limit: 1 })
    expect(entries).toMatchObject([
      { action: 'link_token.refused', actor: { id: 'usr_ada' }, detail: { reason: 'already_linked' } },
    ])
    expect(await status(token)).toEqual({ status: 'pending' })
  })

  it('of one Slack team is not that of the same id in another', async () => {
    const make = (tenantId: string) =>
      house.linking.tokens.create(outsideBot, { ...house.keyTo('U1'), tenantId, name: null, chat: null })
    const [one, two] = [await make('T1'), await make('T2')]
    await house.confirm('ada', one.token)
    expect(await status(two.token)).toEqual({ status: 'pending' })
    expect(await house.resolve('U1', 'telegram', 'T1')).toBeDefined()
    expect(await house.resolve('U1', 'telegram', 'T2')).toBeUndefined()
  })

  it('is forgotten a day after its end', async () => {
    const token = await house.linkFor('1')
    house.pass(1_800_000 + 86_400_001)
    expect(await status(token)).toEqual({ status: 'expired' })
    await house.linkFor('2')
    await expect(status(token)).rejects.toMatchObject(unknown)
  })
})

describe('an invitation of a bot of ours', () => {
  const invite = (externalId: string, botId = 'bot_telegram') =>
    house.db.transaction().execute((tx) =>
      house.linking.tokens.invite(tx, botId, {
        ...house.keyTo(externalId),
        name: 'Ada L.',
        username: 'ada',
        chat: { chatId: 'chat 1', kind: 'private' },
      }),
    )

  it('connects to the chat that it was made in', async () => {
    const issued = await invite('1')
    const confirmed = await house.confirm('ada', issued?.token ?? '')
    expect(confirmed).toMatchObject({
      kind: 'linked',
      connection: {
        botId: 'bot_telegram',
        metadata: { chat_id: 'chat 1', chat_type: 'private', username: 'ada' },
      },
    })
    expect(await house.linking.privateChatsOf(house.db, 'usr_ada')).toEqual([
      { botId: 'bot_telegram', to: { chatId: 'chat 1', kind: 'private' } },
    ])
  })

  it('is left out for who is linked, at the eleventh, and by a bot that was removed', async () => {
    const issued = await invite('1')
    await house.confirm('ada', issued?.token ?? '')
    expect(await invite('1')).toBeUndefined()
    for (let made = 0; made < 10; made++) expect(await invite('2')).toBeDefined()
    expect(await invite('2')).toBeUndefined()
    const token = (await invite('3'))?.token ?? ''
    await house.db.updateTable('bots').set({ removed_at: new Date() }).execute()
    await expect(info(token)).rejects.toMatchObject(unknown)
    expect(await invite('4')).toBeUndefined()
  })
})
