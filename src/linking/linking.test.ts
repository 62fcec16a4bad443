import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listAudit } from '../audit/audit.ts'
import { openLinkingHouse, type LinkingHouse } from './testing/linking-house.ts'

let house: LinkingHouse
beforeEach(async () => {
  house = await openLinkingHouse(4)
})
afterEach(() => house.database.drop())

const acts = async () =>
  (await listAudit(house.db, { limit: 20 })).entries.map(({ action, actor, subject }) => [
    action,
    actor.id,
    subject.id,
  ])

describe('a connect code', () => {
  it('has 128 bits in 22 characters, lives ten minutes, and is stored as a hash only', async () => {
    const { code, expiresAt } = await house.linking.issueCode({
      userId: 'usr_ada',
      workspaceId: 'wsp_1',
      channel: 'telegram',
    })
    expect(code).toMatch(/^[\w-]{22}$/)
    expect(expiresAt.getTime()).toBe(Date.UTC(2026, 0, 1) + 600_000)
    const [row] = await house.db.selectFrom('connect_codes').selectAll().execute()
    expect(JSON.stringify(row)).not.toContain(code)
  })

  it('makes its sender the user', async () => {
    expect(await house.resolve()).toBeUndefined()
    const redeemed = await house.redeem(await house.codeOf('usr_ada'))
    expect(redeemed).toMatchObject({
      kind: 'connected',
      user: { id: 'usr_ada', name: 'ada', email: 'ada@example.org' },
      connection: {
        channel: 'telegram',
        botId: 'bot_telegram',
        tenantId: '',
        externalId: '4711',
        externalName: 'Ada L.',
        status: 'connected',
        metadata: { chat_id: 'chat of 4711', chat_type: 'private', username: 'ada' },
      },
    })
    expect(redeemed).not.toHaveProperty('transferredFrom')
    expect(await house.resolve()).toMatchObject({
      user: { id: 'usr_ada', name: 'ada' },
      workspaceId: 'wsp_1',
    })
    expect(await house.resolve('4711', 'slack')).toBeUndefined()
    expect(await house.resolve('4711', 'telegram', 'T1')).toBeUndefined()
  })

  it('of another user moves the identity to that user, and says from whom', async () => {
    const first = await house.redeem(await house.codeOf('usr_ada'))
    if (first.kind !== 'connected') throw new Error('not connected')
    house.pass(1000)
    const second = await house.redeem(await house.codeOf('usr_bob'))
    expect(second).toMatchObject({
      user: { id: 'usr_bob' },
      transferredFrom: { userId: 'usr_ada', connectionId: first.connection.id },
    })
    expect(await house.resolve()).toMatchObject({ user: { id: 'usr_bob' } })
    expect(await house.linking.list('usr_ada')).toMatchObject([{ status: 'revoked' }])
    expect((await acts()).map(([action]) => action)).toEqual([
      'connection.created',
      'connection.transferred',
      'connection.created',
    ])
  })

  it('of the same user renews the connection that there is, also after it was ended', async () => {
    const first = await house.redeem(await house.codeOf('usr_ada'))
    if (first.kind !== 'connected') throw new Error('not connected')
    const { id } = first.connection
    expect(await house.redeem(await house.codeOf('usr_ada'))).toMatchObject({ connection: { id } })
    await house.linking.revoke({ userId: 'usr_ada', connectionId: id })
    house.pass(1000)
    const again = await house.redeem(await house.codeOf('usr_ada'))
    expect(again).toMatchObject({ connection: { id, status: 'connected', revokedAt: null } })
    expect(await house.linking.list('usr_ada')).toHaveLength(1)
  })

  it('is counted out at the sixth live one, per user and channel; expired and used ones do not count', async () => {
    const codes = []
    for (let count = 0; count < 5; count++) codes.push(await house.codeOf('usr_ada'))
    house.pass(60_000)
    await expect(house.codeOf('usr_ada')).rejects.toMatchObject({
      code: 'too_many_connect_codes',
      status: 429,
      detail:
        'Too many pending channel connection codes. Wait for existing codes to expire or use one of them.',
      retryAfter: 540,
    })
    await house.codeOf('usr_ada', 'slack')
    await house.codeOf('usr_bob')
    await house.redeem(codes[0]!)
    await house.codeOf('usr_ada')
    await expect(house.codeOf('usr_ada')).rejects.toThrow(/too_many/)
    house.pass(540_000)
    await house.codeOf('usr_ada')
  })
})

describe('a connection', () => {
  const connect = async (userId: string, id: string, channel = 'telegram') => {
    const redeemed = await house.redeem(await house.codeOf(userId, channel), { channel, identity: { id } })
    if (redeemed.kind !== 'connected') throw new Error('not connected')
    return redeemed.connection
  }

  it('is listed for its owner only, newest first, revoked ones too', async () => {
    const one = await connect('usr_ada', '1')
    house.pass(1000)
    const two = await connect('usr_ada', '2', 'slack')
    await connect('usr_bob', '3')
    await house.linking.revoke({ userId: 'usr_ada', connectionId: one.id })
    const listed = await house.linking.list('usr_ada')
    expect(listed.map(({ id, status }) => [id, status])).toEqual([
      [two.id, 'connected'],
      [one.id, 'revoked'],
    ])
  })

  it('is ended by its owner, a second time without effect, and by nobody else', async () => {
    const { id } = await connect('usr_ada', '1')
    const unknown = { code: 'connection_not_found', status: 404, detail: 'Channel connection not found' }
    await expect(house.linking.revoke({ userId: 'usr_bob', connectionId: id })).rejects.toMatchObject(unknown)
    await expect(house.linking.revoke({ userId: 'usr_ada', connectionId: 'con_0' })).rejects.toMatchObject(
      unknown,
    )
    expect(await house.resolve('1')).toBeDefined()
    await house.linking.revoke({ userId: 'usr_ada', connectionId: id })
    await house.linking.revoke({ userId: 'usr_ada', connectionId: id })
    expect(await house.resolve('1')).toBeUndefined()
    expect(await acts()).toEqual([
      ['connection.revoked', 'usr_ada', id],
      ['connection.created', 'usr_ada', id],
    ])
  })

  it('is ended from its chat, and all of a channel by an administrator', async () => {
    const one = await connect('usr_ada', '1')
    await connect('usr_ada', '2')
    await connect('usr_bob', '3')
    await connect('usr_bob', '4', 'slack')
    await house.db.transaction().execute((tx) => house.linking.revokeFromChat(tx, one.id))
    expect((await acts())[0]).toEqual(['connection.revoked', 'telegram//1', one.id])
    const by = { kind: 'user', id: 'usr_ada' } as const
    const revoke = () =>
      house.db.transaction().execute((tx) => house.linking.revokeAllOf(tx, { channel: 'telegram', by }))
    expect(await revoke()).toBe(2)
    expect(await revoke()).toBe(0)
    expect((await acts())[0]).toEqual(['connection.revoked_all', 'usr_ada', 'telegram'])
    expect(await house.resolve('3')).toBeUndefined()
    expect(await house.resolve('4', 'slack')).toBeDefined()
  })

  it('follows what the platform calls the person', async () => {
    const connection = await connect('usr_ada', '1')
    await house.linking.touch(house.db, connection, { tenantId: '', id: '1', name: 'Ada King' })
    const [listed] = await house.linking.list('usr_ada')
    expect(listed).toMatchObject({ externalName: 'Ada King' })
    expect(listed!.metadata).toEqual({ chat_id: 'chat of 1', chat_type: 'private' })
  })

  it('says where its user can be told something', async () => {
    await connect('usr_ada', '1')
    await connect('usr_ada', '2', 'slack')
    await house.db.updateTable('bots').set({ removed_at: new Date() }).where('id', '=', 'bot_slack').execute()
    expect(await house.linking.privateChatsOf(house.db, 'usr_ada')).toEqual([
      { botId: 'bot_telegram', to: { chatId: 'chat of 1', kind: 'private' } },
    ])
  })

  it('does not speak for a user who was banned, nor in a workspace that was closed', async () => {
    await connect('usr_ada', '1')
    const users = house.db.updateTable('users').where('id', '=', 'usr_ada')
    await users.set({ banned: true }).execute()
    expect(await house.resolve('1')).toBeUndefined()
    await users.set({ ban_expires: new Date(0) }).execute()
    expect(await house.resolve('1')).toBeDefined()
    await house.db.updateTable('workspaces').set({ disabled_at: new Date() }).execute()
    expect(await house.resolve('1')).toBeUndefined()
  })
})

describe('the notice to strangers', () => {
  const due = (identity: string, botId = 'bot_telegram') =>
    house.db.transaction().execute((tx) => house.linking.noticeDue(tx, botId, identity))

  it('is due once an hour per identity and bot, also for messages that come at once', async () => {
    expect((await Promise.all([due('/1'), due('/1'), due('/1')])).filter(Boolean)).toHaveLength(1)
    expect(await due('/2')).toBe(true)
    expect(await due('/1', 'bot_slack')).toBe(true)
    house.pass(3_599_999)
    expect(await due('/1')).toBe(false)
    house.pass(1)
    expect(await due('/1')).toBe(true)
  })
})
