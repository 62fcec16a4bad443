import { describe, expect, it } from 'vitest'
import { memoryOf, turnOf } from '../../testing/turns.ts'
import { ask, questionsTo, setUp } from './testing/set-up.ts'

const names = ['user_id', 'user_name', 'conversation_id', 'source', 'token', 'url'].map(
  (name) => `portico_${name}`,
)
const form = names.map((variable) => ({ 'text-input': { variable, label: variable, required: false } }))
const guest = { id: 'usr_sponsor_guest', name: 'Gus', kind: 'guest' as const }

/** The fear: a stranger in a group is answered out of somebody's account. */
describe('what the app is told of people', () => {
  it('is what it has inputs for, and the operator’s own', async () => {
    const { agent, server } = await setUp(
      { inputs: '{"language":"en","portico_user_name":"nobody"}' },
      { parameters: { user_input_form: form.slice(0, 5) } },
    )
    const turn = turnOf('hello')
    await ask(agent, turn)
    expect(questionsTo(server)[0]?.['inputs']).toEqual({
      language: 'en',
      portico_user_id: 'usr_ada',
      portico_user_name: 'Ada',
      portico_conversation_id: 'cnv_1',
      portico_token: turn.grant?.token,
    })
  })

  it('is no token where it has no input for one', async () => {
    const { agent, server } = await setUp()
    const turn = turnOf('hello')
    await ask(agent, turn)
    expect(JSON.stringify(server.requests)).not.toContain(turn.grant?.token)
  })

  it('is nothing of a guest, whatever it has inputs for', async () => {
    const { agent, server } = await setUp({}, { parameters: { user_input_form: form } })
    const memory = memoryOf()
    await ask(agent, turnOf('mine', { memory }))
    await ask(agent, turnOf('hello', { memory, user: guest, grant: null }))
    const [members, guests] = questionsTo(server)
    expect(guests?.['inputs']).toEqual({})
    expect(guests?.['user']).toMatch(/^guest-[\w-]{32}$/)
    expect(guests).not.toHaveProperty('conversation_id')
    expect(JSON.stringify(guests)).not.toMatch(/usr_|Gus|Ada|pg_/)
    expect(members?.['user']).toBe('usr_ada')
  })

  it('lets a guest go on with their own conversation, and be another one elsewhere', async () => {
    const { agent, server } = await setUp()
    const memory = memoryOf()
    const elsewhere = { id: 'cnv_2', title: 'Other', source: null }
    await ask(agent, turnOf('one', { memory, user: guest, grant: null }))
    await ask(agent, turnOf('two', { memory, user: guest, grant: null }))
    await ask(agent, turnOf('three', { user: guest, grant: null, conversation: elsewhere }))
    const [first, second, third] = server.messages
    expect(second?.conversation_id).toBe(first?.conversation_id)
    expect(third?.user).not.toBe(first?.user)
  })
})
