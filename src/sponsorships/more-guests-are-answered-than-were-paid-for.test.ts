import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSponsorshipHouse, type SponsorshipHouse } from './testing/sponsorship-house.ts'

let house: SponsorshipHouse
beforeAll(async () => {
  house = await openSponsorshipHouse(16)
})
afterAll(() => house.database.drop())

const used = (sponsorshipId: string) =>
  house.db
    .selectFrom('sponsorship_usage')
    .select(['guest', 'turns'])
    .where('sponsorship_id', '=', sponsorshipId)
    .orderBy('guest')
    .execute()

describe('under parallel connections', () => {
  it('one guest who asks twelve times at once gets as many turns as an hour has', async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = await house.sponsor('ada', `hour-${round}`, { guestTurnsPerHour: 4, turnsPerDay: 50 })
      const answers = await Promise.all(Array.from({ length: 12 }, () => house.admit(id, 'eve')))
      expect(answers.flat().toSorted()).toEqual([
        ...Array<string>(4).fill('admitted'),
        ...Array<string>(8).fill('guest'),
      ])
      expect(await used(id)).toEqual([
        { guest: '', turns: 4 },
        { guest: 'eve', turns: 4 },
      ])
    }
  })

  it('twelve guests at once share what the day has, and who gets nothing has spent nothing', async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = await house.sponsor('ada', `day-${round}`, { guestTurnsPerHour: 3, turnsPerDay: 5 })
      const guests = Array.from({ length: 12 }, (_, index) => `guest-${index}`)
      const answers = await Promise.all(guests.map((guest) => house.admit(id, guest)))
      expect(answers.flat().filter((answer) => answer === 'admitted')).toHaveLength(5)
      expect(answers.flat().filter((answer) => answer === 'group')).toHaveLength(7)
      const [all, ...each] = await used(id)
      expect(all).toEqual({ guest: '', turns: 5 })
      expect(each.reduce((sum, { turns }) => sum + turns, 0)).toBe(5)
    }
  })

  it('batches that name the same guests in other orders wait for each other in no circle', async () => {
    const first = await house.sponsor('ada', 'circle-1', { guestTurnsPerHour: 6, turnsPerDay: 9 })
    const second = await house.sponsor('bob', 'circle-2', { guestTurnsPerHour: 6, turnsPerDay: 9 })
    const turns = [first.id, second.id].flatMap((sponsorshipId) =>
      ['a', 'b', 'c'].map((guestId) => ({ sponsorshipId, guestId })),
    )
    const batches = Array.from({ length: 10 }, (_, index) =>
      house.db
        .transaction()
        .execute((tx) => house.sponsorships.admitGuests(tx, index % 2 === 0 ? turns : turns.toReversed())),
    )
    const answers = (await Promise.all(batches)).flat()
    expect(answers.filter((answer) => answer === 'admitted')).toHaveLength(18)
  })

  it('nobody is admitted once an end has been recorded', async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = await house.sponsor('ada', `end-${round}`)
      const order: string[] = []
      await Promise.all([
        ...Array.from({ length: 6 }, async () => {
          const [answer = 'none'] = await house.admit(id, 'eve')
          order.push(answer)
        }),
        house.sponsorships.end(house.callerOf('ada'), id),
      ])
      expect(await house.admit(id, 'eve')).toEqual(['ended'])
      const [all] = await used(id)
      expect(all?.turns ?? 0).toBe(order.filter((answer) => answer === 'admitted').length)
    }
  })

  it('a group has one sponsorship, however many start one at once', async () => {
    for (let round = 0; round < 5; round++) {
      const names = ['ada', 'bob', 'ada', 'bob', 'ada', 'bob']
      const outcomes = await Promise.all(names.map((name) => house.start(name, `torn-${round}`)))
      expect(outcomes.filter(({ kind }) => kind === 'started')).toHaveLength(1)
    }
  })
})
