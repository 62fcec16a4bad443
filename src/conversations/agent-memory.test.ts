import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Agent, AgentTurn } from '../agents/agent.ts'
import type { Person } from '../testing/person.ts'
import { createWorld, type World } from '../testing/world.ts'

/** Counts the turns of each conversation in its memory, and answers with what it was given. */
class CountingAgent implements Agent {
  readonly turns: AgentTurn[] = []

  async *run(turn: AgentTurn) {
    this.turns.push(turn)
    const before = (turn.memory.read() as { turns: number } | undefined)?.turns ?? 0
    await turn.memory.write({ turns: before + 1, odd: '\u0000\ud800' })
    yield { type: 'text-start' as const, id: 't' }
    yield { type: 'text-delta' as const, id: 't', delta: `turn ${before + 1}` }
    yield { type: 'text-end' as const, id: 't' }
  }
}

let world: World
let ada: Person
const agent = new CountingAgent()
beforeAll(async () => {
  world = await createWorld({
    yaml: 'agents: { default: { kind: echo }, other: { kind: echo } }',
    overrides: {
      agents: new Map([
        ['default', agent],
        ['other', agent],
      ]),
    },
  })
  ada = await world.person('Ada')
})
afterAll(() => world.stop())

const ask = async (conversation: string) =>
  (await ada.stream(await ada.turn(conversation, 'hello'))).match(/turn \d/)?.[0]

describe("what an agent's backend remembers", () => {
  it('is there in the next turn of the conversation, and in no other', async () => {
    const [one, two] = [(await ada.begin()).id, (await ada.begin()).id]
    expect([await ask(one), await ask(one), await ask(two), await ask(one)]).toEqual([
      'turn 1',
      'turn 2',
      'turn 1',
      'turn 3',
    ])
  })

  it('goes with the conversation', async () => {
    const { id } = await ada.begin()
    await ask(id)
    expect((await ada.ask('DELETE', `/api/conversations/${id}`)).status).toBe(204)
    const left = await world.database.db
      .selectFrom('agent_memory')
      .select('value')
      .where('conversation_id', '=', id)
      .execute()
    expect(left).toEqual([])
  })

  it('is not written by an attempt whose turn is over or was taken over', async () => {
    const { id } = await ada.begin()
    await ask(id)
    const turn = agent.turns.at(-1)!
    await expect
      .poll(() => ada.get<{ turn: unknown }>(`/api/conversations/${id}/messages`))
      .toMatchObject({
        turn: null,
      })
    await expect(turn.memory.write({ turns: 99 })).rejects.toThrow('taken over')
    expect(await ask(id)).toBe('turn 2')
  })
})

describe('the grant of a turn', () => {
  it('comes with an address and says nothing that can be read over a shoulder', async () => {
    const { id } = await ada.begin()
    await ask(id)
    const { grant, user } = agent.turns.at(-1)!
    expect(user).toEqual({ id: ada.id, name: 'Ada', kind: 'member' })
    expect(grant?.token).toMatch(/^pg_/)
    expect(grant?.url).toMatch(/^http:/)
  })
})
