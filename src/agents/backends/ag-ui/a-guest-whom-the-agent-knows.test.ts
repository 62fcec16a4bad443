import { expect, it } from 'vitest'
import { message } from '../../testing/ag-ui-server.ts'
import { memoryOf, turnOf } from '../../testing/turns.ts'
import { ask, setUp } from './testing/set-up.ts'

/** The fear: a stranger in a group is answered out of somebody's account. */
it('a member’s agent is told who asks, and given the right to call us', async () => {
  const { agent, server } = await setUp()
  const turn = turnOf('hello')
  await ask(agent, turn)
  expect(server.requests[0]?.body['forwardedProps']).toEqual({
    portico: { user: { id: 'usr_ada', name: 'Ada' }, conversation: turn.conversation, grant: turn.grant },
  })
})

it('a guest’s agent is told neither, even if a grant slipped in', async () => {
  const { agent, server } = await setUp()
  const user = { id: 'usr_guest', name: 'Gus', kind: 'guest' as const }
  const turn = turnOf('hello', { user })
  await ask(agent, turn)
  const { body } = server.requests[0] ?? {}
  expect(body?.['forwardedProps']).toEqual({})
  expect(JSON.stringify(body)).not.toMatch(/usr_guest|Gus|pg_/)
})

it('a guest is not answered out of the thread, or the state, of a member', async () => {
  const { agent, server } = await setUp()
  const memory = memoryOf()
  const user = { id: 'usr_guest', name: 'Gus', kind: 'guest' as const }
  const stateful = (snapshot: object) => ({
    kind: 'run' as const,
    events: [{ type: 'STATE_SNAPSHOT', snapshot }, ...message(['Yes'])],
  })
  server.next(stateful({ account: 'of Ada' }), stateful({ seats: 2 }))
  await ask(agent, turnOf('mine', { memory }))
  await ask(agent, turnOf('hello', { memory, user, grant: null }))
  await ask(agent, turnOf('mine again', { memory }))
  await ask(agent, turnOf('hello again', { memory, user, grant: null }))
  const asked = server.requests.map(({ body }) => [body['threadId'], body['state']])
  expect(asked).toEqual([
    ['cnv_1', {}],
    ['cnv_1-guests', {}],
    ['cnv_1', { account: 'of Ada' }],
    ['cnv_1-guests', { seats: 2 }],
  ])
})
