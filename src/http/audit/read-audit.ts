import { Readable } from 'node:stream'
import { Type, type Static } from 'typebox'
import { listAudit, type AuditRecord } from '../../audit/audit.ts'
import type { Db } from '../../storage/database.ts'
import { answers, closed, Timestamp } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'

const Party = Type.Object({ kind: Type.String(), id: Type.Union([Type.String(), Type.Null()]) })

const AuditEntry = Type.Object(
  {
    seq: Type.Integer(),
    id: Type.String(),
    at: Timestamp,
    workspace_id: Type.Union([Type.String(), Type.Null()]),
    actor: Party,
    action: Type.String(),
    subject: Party,
    detail: Type.Record(Type.String(), Type.Unknown()),
    hash: Type.String({ description: 'Covers this entry and the hash of the one before.' }),
  },
  { title: 'AuditEntry' },
)

const Query = Type.Object(
  {
    before: Type.Optional(
      Type.String({ pattern: '^[1-9][0-9]{0,14}$', description: '`next` of the page before.' }),
    ),
    limit: Type.Optional(
      Type.String({ pattern: '^([1-9][0-9]?|[1-4][0-9]{2}|500)$', description: '1 to 500.' }),
    ),
    format: Type.Optional(Type.Literal('jsonl', { description: 'All entries, one per line.' })),
  },
  closed,
)

const Page = Type.Object({
  entries: Type.Array(AuditEntry),
  next: Type.Union([Type.Integer(), Type.Null()]),
})

export function readAudit(app: App, db: Db): void {
  app.get(
    '/api/audit',
    {
      config: { access: 'user' },
      schema: {
        summary:
          'What was done by whom, newest first: everything for administrators, else what the caller did',
        tags: ['audit'],
        querystring: Query,
        response: answers({ 200: Page }),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const { before, limit = '50', format } = request.query
      const scope = caller.role === 'admin' ? {} : { actorId: caller.userId }
      if (format === 'jsonl') {
        // A stream passes the response schema by; its lines are the schema's entries.
        reply.type('application/jsonl').serializer((payload: unknown) => payload as string)
        return reply.send(Readable.from(lines(db, scope)) as never)
      }
      const from = before === undefined ? {} : { before: Number(before) }
      const { entries, next } = await listAudit(db, { ...scope, ...from, limit: Number(limit) })
      return { entries: entries.map(viewEntry), next: next ?? null }
    },
  )
}

async function* lines(db: Db, scope: { actorId?: string }): AsyncGenerator<string> {
  let before: number | undefined
  do {
    const page = await listAudit(db, { ...scope, ...(before === undefined ? {} : { before }), limit: 500 })
    for (const entry of page.entries) yield `${JSON.stringify(viewEntry(entry))}\n`
    before = page.next
  } while (before !== undefined)
}

function viewEntry({ workspaceId, at, ...entry }: AuditRecord): Static<typeof AuditEntry> {
  return { ...entry, at: at.toISOString(), workspace_id: workspaceId }
}
