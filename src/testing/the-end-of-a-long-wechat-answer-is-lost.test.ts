import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { answersIn, createDoors, until } from './doors.ts'

/** Eleven messages of 4,000 characters at most. */
const question = Array.from({ length: 4_200 }, (_, index) => `word${index}`.padEnd(9, 's')).join(' ')

it('does not happen: the eleventh message waits, and goes out as soon as the person has written', async () => {
  const world = await createDoors(['wechat'])
  try {
    const member = await world.member(world.doors.get('wechat')!, 'Ada')
    const answer = () => answersIn(member.room).filter((text) => !text.startsWith('Connected'))
    member.write(question)
    await until(() => answer().length === 10)
    const { db } = world.database
    /** Tried in vain, it waits for its next try. */
    const backedOff = sql<boolean>`run_at > now() and pending > 0 and owner is null`
    const waiting = () =>
      db.selectFrom('lanes').select('lane').where('queue', 'like', 'outbox:%').where(backedOff).execute()
    await until(async () => (await waiting()).length === 1)
    // However long it would wait by itself.
    await db
      .updateTable('lanes')
      .set({ run_at: sql`now() + interval '1 day'` })
      .where(backedOff)
      .execute()
    expect(answer()).toHaveLength(10)

    member.write('go on')
    await until(() => answer().includes('You said: go on'))
    expect(answer()).toHaveLength(12)
    const shown = answer().slice(0, 11).join(' ').replace(/\s+/g, ' ')
    expect(shown).toBe(`You said: ${question}`)
  } finally {
    await world.stop()
  }
}, 60_000)
