import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answersIn, createDoors, until, type DoorsWorld } from './doors.ts'

let world: DoorsWorld
beforeAll(async () => {
  world = await createDoors(['discord', 'dingtalk'])
})
afterAll(() => world.stop())

/** A group with a connected member and a stranger, and what both say to the first bot. */
async function openGroup(channel: string) {
  const door = world.doors.get(channel)!
  const member = await world.member(door, `Ada-${channel}`)
  const eve = door.platform.addPerson('Eve')
  const group = door.first.bot.addGroup!('Garden', [member.person, eve])
  const answers = (passes: (text: string) => boolean) => until(() => answersIn(group).some(passes))
  return { member, eve, group, answers }
}

const standingOf = async (userId: string) => {
  const { detail } = await world.database.db
    .selectFrom('audit_entries')
    .select('detail')
    .where('action', '=', 'sponsorship.started')
    .where('actor_id', '=', userId)
    .executeTakeFirstOrThrow()
  return detail['group_administrator']
}

describe('a sponsored group', () => {
  it('on Discord is begun by whoever manages the server, and answers everybody', async () => {
    const { member, eve, group, answers } = await openGroup('discord')
    group.write(member.person, '/sponsor')
    await answers((text) => text.startsWith('Only an administrator'))
    group.promote!(member.person)
    group.write(member.person, '/sponsor')
    await answers((text) => text.startsWith('From now on I answer everybody'))
    group.write(eve, 'hello')
    await answers((text) => text === 'You said: hello')
    expect(world.agent.runs.at(-1)).toMatchObject({ user: { kind: 'guest' }, grant: null })
    expect(await standingOf(member.user.id)).toBe('confirmed')
  })

  it('on DingTalk, which does not tell administrators, is begun by a member, and the record says so', async () => {
    const { member, eve, group, answers } = await openGroup('dingtalk')
    group.write(member.person, '/sponsor')
    await answers((text) => text.startsWith('From now on I answer everybody'))
    group.write(eve, 'good morning')
    await answers((text) => text.includes('You said: good morning'))
    expect(await standingOf(member.user.id)).toBe('the platform cannot tell')
  })
})
