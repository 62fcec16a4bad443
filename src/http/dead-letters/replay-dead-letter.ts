import { Type } from 'typebox'
import type { Audit } from '../../audit/audit.ts'
import type { Lanes } from '../../coordination/lanes.ts'
import { defineErrors } from '../../lib/errors.ts'
import type { Db } from '../../storage/database.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'

export interface DeadLetterDependencies {
  db: Db
  lanes: Lanes
  audit: Audit
}

const deadLetterErrors = defineErrors({
  dead_letter_not_found: { status: 404, detail: 'There is no such message, or it is not given up' },
})

export function replayDeadLetter(app: App, { db, lanes, audit }: DeadLetterDependencies): void {
  app.post(
    '/api/dead-letters/:id/replay',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Put a message that was given up back at the end of its lane',
        tags: ['operation'],
        params: Type.Object({ id: Type.String({ pattern: '^[0-9]{1,15}$' }) }),
        response: answers({ 202: Type.Object({ id: Type.Integer() }) }, [404]),
      },
    },
    async (request, reply) => {
      const id = Number(request.params.id)
      if (!(await lanes.replay(id))) throw deadLetterErrors.dead_letter_not_found()
      const actor = { kind: 'user', id: callerOf(request).userId } as const
      const subject = { kind: 'dead_letter', id: String(id) }
      await db
        .transaction()
        .execute((tx) => audit.record(tx, { actor, action: 'dead_letter.replayed', subject }))
      return reply.status(202).send({ id })
    },
  )
}
