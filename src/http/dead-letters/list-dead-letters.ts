import { Type } from 'typebox'
import type { DeadMessage, Lanes } from '../../coordination/lanes.ts'
import { answers, Timestamp } from '../schemas.ts'
import type { App } from '../types.ts'

const DeadLetter = Type.Object(
  {
    id: Type.Integer(),
    queue: Type.String(),
    lane: Type.String(),
    attempts: Type.Integer(),
    error: Type.Union([Type.String(), Type.Null()]),
    created_at: Timestamp,
    given_up_at: Timestamp,
  },
  { title: 'DeadLetter' },
)

export function listDeadLetters(app: App, lanes: Lanes): void {
  app.get(
    '/api/dead-letters',
    {
      config: { access: 'admin' },
      schema: {
        summary:
          'Messages that were given up after too many attempts, newest first; what people wrote is left out',
        tags: ['operation'],
        response: answers({ 200: Type.Object({ dead_letters: Type.Array(DeadLetter) }) }),
      },
    },
    async () => ({ dead_letters: (await lanes.dead(undefined, 200)).map(viewDeadLetter) }),
  )
}

function viewDeadLetter({ id, queue, lane, attempt, error, createdAt, finishedAt }: DeadMessage) {
  return {
    id,
    queue,
    lane,
    attempts: attempt,
    error,
    created_at: createdAt.toISOString(),
    given_up_at: finishedAt.toISOString(),
  }
}
