import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NetworkError, PlatformError } from '../lib/errors.ts'
import { openSponsorshipHouse, type SponsorshipHouse } from './testing/sponsorship-house.ts'
import { forgetUsage } from './usage-upkeep.ts'

let house: SponsorshipHouse
beforeAll(async () => {
  house = await openSponsorshipHouse()
})
afterAll(() => house.database.drop())

const { hour, day } = { hour: 3_600_000, day: 86_400_000 }

describe('a sponsorship', () => {
  it('is found for its bot and group only, for many guests in one query and in their order', async () => {
    const { id } = await house.sponsor('ada', 'found')
    const ask = (botId: string, chatId: string) => ({ botId, chatId, guestId: 'eve' })
    const found = await house.sponsorships.findLive(house.db, [
      ask('bot_1', 'elsewhere'),
      ask('bot_1', 'found'),
      ask('bot_2', 'found'),
      ask('bot_1', 'found'),
    ])
    expect(found.map((one) => one?.id)).toEqual([undefined, id, undefined, id])
    expect(found[1]).toMatchObject({ workspaceId: 'wsp_1', sponsor: { id: 'usr_ada', name: 'ada' } })
  })

  it('says which limit is used up, and begins afresh with the next hour and day', async () => {
    const { id } = await house.sponsor('ada', 'spent', { guestTurnsPerHour: 1, turnsPerDay: 2 })
    expect(await house.admit(id, 'eve')).toEqual(['admitted'])
    expect((await house.live('spent', 'eve'))?.spent).toBe('guest')
    expect((await house.live('spent', 'mallory'))?.spent).toBeUndefined()
    expect(await house.admit(id, 'eve', 'mallory')).toEqual(['guest', 'admitted'])
    house.pass(hour)
    expect((await house.live('spent', 'eve'))?.spent).toBe('group')
    expect(await house.admit(id, 'eve')).toEqual(['group'])
    house.pass(day)
    expect(await house.admit(id, 'eve')).toEqual(['admitted'])
  })

  it('takes new limits at once, also below what was used', async () => {
    const { id } = await house.sponsor('ada', 'changed', { guestTurnsPerHour: 3 })
    await house.admit(id, 'eve', 'eve')
    const shown = await house.sponsorships.change(house.callerOf('ada'), id, { guestTurnsPerHour: 1 })
    expect(shown.limits).toEqual({ guestTurnsPerHour: 1, turnsPerDay: 200 })
    expect(await house.admit(id, 'eve')).toEqual(['guest'])
  })

  it.each([
    ['its sponsor is banned', (on: boolean) => house.db.updateTable('users').set({ banned: on })],
    [
      'its workspace is disabled',
      (on: boolean) => house.db.updateTable('workspaces').set({ disabled_at: on ? new Date() : null }),
    ],
    [
      'its bot is removed',
      (on: boolean) => house.db.updateTable('bots').set({ removed_at: on ? new Date() : null }),
    ],
  ])('does not count while %s', async (state, change) => {
    const { id } = await house.sponsor('ada', state)
    await change(true).execute()
    expect(await house.live(state)).toBeUndefined()
    expect(await house.admit(id, 'eve')).toEqual(['ended'])
    const [shown] = await house.sponsorships.list(house.callerOf('ada'))
    expect(shown).toMatchObject({ id, isLive: false })
    await change(false).execute()
    expect((await house.live(state))?.id).toBe(id)
  })

  it('does not count when its sponsor has left, and then another may stand for the group', async () => {
    const { id } = await house.sponsor('bob', 'left')
    expect(await house.start('ada', 'left')).toEqual({ kind: 'taken', sponsorId: 'usr_bob' })
    await house.db.deleteFrom('workspace_members').where('user_id', '=', 'usr_bob').execute()
    expect(await house.live('left')).toBeUndefined()
    const next = await house.sponsor('ada', 'left')
    expect(await house.live('left')).toMatchObject({ id: next.id, sponsor: { id: 'usr_ada' } })
    const entries = (await house.audited()).filter(({ subject_id }) => subject_id === id)
    expect(entries.map(({ action, actor_id }) => [action, actor_id])).toEqual([
      ['sponsorship.started', 'usr_bob'],
      ['sponsorship.ended', null],
    ])
    await house.db
      .insertInto('workspace_members')
      .values({ workspace_id: 'wsp_1', user_id: 'usr_bob', role: 'member' })
      .execute()
  })

  it('is seen, changed and ended by its sponsor and by administrators, and by nobody else', async () => {
    const { id } = await house.sponsor('ada', 'seen')
    const seenBy = async (...caller: Parameters<typeof house.callerOf>) =>
      (await house.sponsorships.list(house.callerOf(...caller))).some((one) => one.id === id)
    expect([await seenBy('ada'), await seenBy('bob'), await seenBy('bob', 'admin')]).toEqual([
      true,
      false,
      true,
    ])
    const bob = house.callerOf('bob')
    const unknown = { code: 'sponsorship_not_found' }
    await expect(house.sponsorships.change(bob, id, { turnsPerDay: 1 })).rejects.toMatchObject(unknown)
    await expect(house.sponsorships.end(bob, id)).rejects.toMatchObject(unknown)
    await house.sponsorships.change(house.callerOf('ada'), id, { turnsPerDay: 7 })
    await house.sponsorships.end(house.callerOf('bob', 'admin'), id)
    await expect(house.sponsorships.end(house.callerOf('ada'), id)).rejects.toMatchObject(unknown)
    const entries = (await house.audited()).filter(({ subject_id }) => subject_id === id)
    expect(entries).toMatchObject([
      { action: 'sponsorship.started', actor_id: 'usr_ada', detail: { group_administrator: 'confirmed' } },
      { action: 'sponsorship.changed', actor_id: 'usr_ada', detail: { turns_per_day: 7 } },
      { action: 'sponsorship.ended', actor_id: 'usr_bob', detail: { sponsor_id: 'usr_ada' } },
    ])
  })

  it('leaves no trace of use behind for long', async () => {
    const { id } = await house.sponsor('ada', 'tidy')
    await house.admit(id, 'eve')
    await forgetUsage(house.db)
    const rows = await house.db.selectFrom('sponsorship_usage').selectAll().execute()
    expect(rows).toEqual([])
  })
})

describe('who may decide for a group', () => {
  const chat = { chatId: 'c', kind: 'group' } as const
  const standing = (personId: string) => house.sponsorships.standingOf('bot_1', chat, personId)
  const refusal = (kind: 'gone' | 'transient') =>
    new PlatformError({ platform: 'telegram', code: '400', kind, description: 'no' })

  it('is what the platform says', async () => {
    house.administrators.set('boss', true).set('guest', false).set('away', refusal('gone'))
    expect(await standing('boss')).toBe('administrator')
    expect(await standing('guest')).toBe('none')
    expect(await standing('away')).toBe('none')
    expect(await standing('whoever')).toBe('untold')
  })

  it('is not guessed while the platform does not answer', async () => {
    const unknown = { code: 'group_administrator_unknown' }
    house.administrators.set('slow', new NetworkError('telegram', new Error('timeout')))
    await expect(standing('slow')).rejects.toMatchObject(unknown)
    house.administrators.set('ill', refusal('transient'))
    await expect(standing('ill')).rejects.toMatchObject(unknown)
  })
})
