import { expect, it } from 'vitest'
import { AgentError } from '../../agent.ts'
import { wholeOf } from '../../testing/agent-contract.ts'
import type { DifyBehaviour } from '../../testing/dify-server.ts'
import { turnOf } from '../../testing/turns.ts'
import { apiKey, ask, setUp } from './testing/set-up.ts'

/** The fear: the app quotes what it was given, and it ends in a chat or a log. */
const { grant } = turnOf('')
const quoting = `The app ${apiKey} was refused by the tool with ${grant?.token ?? ''}.`

it.each<[string, DifyBehaviour]>([
  ['an error', { kind: 'error', status: 401, code: 'unauthorized', message: quoting }],
  ['a stream', { kind: 'events', events: [{ event: 'error', status: 400, code: 'x', message: quoting }] }],
  [
    'a workflow',
    { kind: 'events', events: [{ event: 'workflow_finished', data: { status: 'failed', error: quoting } }] },
  ],
  ['nonsense', { kind: 'raw', pieces: [`data: ${quoting}\n\n`] }],
])('neither key nor token is in the error when they are quoted in %s', async (_name, behaviour) => {
  const { agent, server } = await setUp({ max_retries: 0 })
  server.next(behaviour)
  const { error } = await ask(agent)
  expect(error).toBeInstanceOf(AgentError)
  expect(wholeOf(error)).not.toContain(apiKey)
  expect(wholeOf(error)).not.toContain(grant?.token)
  expect(error).toMatchObject({ public: expect.not.stringContaining('refused by the tool') as string })
})
