import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestIdentity, type TestIdentity } from './testing/identity.ts'

let test: TestIdentity
beforeAll(async () => {
  test = await createTestIdentity()
})
afterAll(() => test.stop())

describe('two first administrators', () => {
  it('do not come of people who sign up at the same moment', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 3 }, (_, n) =>
        test.identity.signUp({
          name: `Person ${n}`,
          email: `person-${n}@example.org`,
          password: 'correct horse',
        }),
      ),
    )
    const admitted = outcomes.filter(({ status }) => status === 'fulfilled')
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(admitted).toHaveLength(1)
    expect(refused.map(({ reason }: { reason: unknown }) => reason)).toEqual(
      Array.from({ length: 2 }, () => expect.objectContaining({ code: 'sign_up_closed' }) as unknown),
    )
    const { db } = test.database
    expect(await db.selectFrom('users').select('role').execute()).toEqual([{ role: 'admin' }])
    expect(await db.selectFrom('workspaces').select('name').execute()).toEqual([{ name: 'Default' }])
  })
})
