import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listAudit } from '../audit/audit.ts'
import { openLinkingHouse, outsideBot, type LinkingHouse } from './testing/linking-house.ts'

let house: LinkingHouse
beforeEach(async () => {
  house = await openLinkingHouse(4, 'both')
})
afterEach(() => house.database.drop())

const sent = (externalId: string, number: string, botKeyId = 'bky_1') =>
  ({ ...house.keyTo(externalId), madeIn: 'chat', number, botId: null, botKeyId }) as const

async function confirmed(token: string) {
  const result = await house.confirm('ada', token)
  if (result.kind !== 'approval') throw new Error(`It was ${result.kind}.`)
  return result.approval
}

async function redeemed(externalId = '1') {
  const result = await house.redeem(await house.codeOf('usr_ada'), { identity: { id: externalId } })
  if (result.kind !== 'approval') throw new Error(`It was ${result.kind}.`)
  return result.approval
}

describe('where both sides must agree', () => {
  it('a link connects by the number that its page shows, sent in the chat', async () => {
    const token = await house.linkFor('1')
    const { number, expiresAt } = await confirmed(token)
    expect(number).toMatch(/^\d{4}$/)
    expect(expiresAt.getTime()).toBe(house.now() + 600_000)
    expect(await house.resolve('1')).toBeUndefined()
    expect(await house.linking.tokens.status(outsideBot, token)).toEqual({ status: 'pending' })
    expect(await house.linking.approvals.list('usr_ada')).toMatchObject([{ madeIn: 'chat', number }])
    expect(await house.answer(sent('1', number, 'bky_2'))).toEqual({ kind: 'none' })
    expect(await house.answer(sent('2', number))).toEqual({ kind: 'none' })
    expect(await house.answer(sent('1', number))).toMatchObject({ kind: 'linked', user: { id: 'usr_ada' } })
    expect(await house.linking.tokens.status(outsideBot, token)).toEqual({
      status: 'linked',
      userId: 'usr_ada',
    })
    const { entries } = await listAudit(house.db, { limit: 5 })
    expect(entries.map(({ action }) => action)).toEqual(['connection.created', 'link_approval.opened'])
    expect(JSON.stringify(entries)).not.toContain(`"${number}"`)
  })

  it('a code connects by the number that its chat shows, typed by its owner in the app', async () => {
    const { id, number } = await redeemed()
    expect(await house.resolve('1')).toBeUndefined()
    expect(await house.linking.approvals.list('usr_ada')).toMatchObject([{ id, madeIn: 'app', number: null }])
    expect(await house.linking.approvals.list('usr_bob')).toEqual([])
    const answer = { madeIn: 'app', id, number } as const
    expect(await house.answer({ ...answer, userId: 'usr_bob' })).toEqual({ kind: 'none' })
    expect(await house.answer({ ...answer, userId: 'usr_ada' })).toMatchObject({ kind: 'linked' })
    expect(await house.resolve('1')).toMatchObject({ user: { id: 'usr_ada' } })
    expect(await house.linking.approvals.list('usr_ada')).toEqual([])
  })

  it('a code that was typed in public connects at once, from the account that it names', async () => {
    const { code } = await house.linking.issueCode({
      userId: 'usr_ada',
      workspaceId: 'wsp_1',
      channel: 'telegram',
      username: 'ada',
    })
    const identity = { tenantId: '', id: '1', name: 'Ada', username: 'ada' }
    const chat = { chatId: 'issue 1', kind: 'group' } as const
    const result = await house.db
      .transaction()
      .execute((tx) =>
        house.linking.redeem(tx, { code, channel: 'telegram', botId: 'bot_telegram', identity, chat }),
      )
    expect(result.kind).toBe('connected')
  })

  it('a number counts for ten minutes', async () => {
    const { number } = await confirmed(await house.linkFor('1'))
    house.pass(600_000)
    expect(await house.answer(sent('1', number))).toEqual({ kind: 'none' })
    expect(await house.linking.approvals.list('usr_ada')).toEqual([])
  })

  it('a newer one replaces it', async () => {
    const first = await confirmed(await house.linkFor('1'))
    const second = await confirmed(await house.linkFor('1'))
    expect(await house.linking.approvals.list('usr_ada')).toMatchObject([{ id: second.id }])
    if (first.number !== second.number)
      expect(await house.answer(sent('1', first.number))).toMatchObject({ kind: 'wrong_number' })
    expect(await house.answer(sent('1', second.number))).toMatchObject({ kind: 'linked' })
  })

  it('it is given up by its user only', async () => {
    const { id, number } = await redeemed()
    const cancel = (userId: string) =>
      house.db.transaction().execute((tx) => house.linking.approvals.cancel(tx, { userId, id }))
    await expect(cancel('usr_bob')).rejects.toMatchObject({ code: 'approval_not_found', status: 404 })
    await cancel('usr_ada')
    await expect(cancel('usr_ada')).rejects.toMatchObject({ code: 'approval_not_found' })
    expect(await house.answer({ madeIn: 'app', id, userId: 'usr_ada', number })).toEqual({ kind: 'none' })
  })

  it('nothing is connected once the identity is linked, or the key revoked', async () => {
    const { number } = await confirmed(await house.linkFor('1'))
    const code = await redeemed('1')
    await house.answer({ madeIn: 'app', id: code.id, userId: 'usr_ada', number: code.number })
    expect(await house.answer(sent('1', number))).toMatchObject({ kind: 'refused' })

    const other = await confirmed(await house.linkFor('2'))
    await house.db.updateTable('bot_keys').set({ revoked_at: new Date() }).execute()
    expect(await house.answer(sent('2', other.number))).toMatchObject({ kind: 'refused' })
    expect(await house.resolve('2')).toBeUndefined()
    const { entries } = await listAudit(house.db, { limit: 1 })
    expect(entries).toMatchObject([{ action: 'link_approval.ended', detail: { outcome: 'bot_gone' } }])
  })
})
