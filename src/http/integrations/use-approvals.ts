import { Type, type Static } from 'typebox'
import type { Owner } from '../../integrations/integrations.ts'
import { proxyErrors } from '../../proxy/proxy.ts'
import type { Tx } from '../../storage/database.ts'
import { answers, closed, Timestamp } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import type { IntegrationRouteDependencies } from './routes.ts'
import { NullableString, tags } from './schemas.ts'

/** A request that waits for a person's word, of those that the proxy holds back. */
export interface ShownUseApproval {
  id: string
  code: string
  credentialId: string
  provider: string
  agent: string
  method: string
  host: string
  path: string
  bodyPreview: string | null
  createdAt: Date
  expiresAt: Date
}

export interface UseApprovalDesk {
  /** What waits for the person's word, newest first. */
  list(owner: Owner): Promise<ShownUseApproval[]>
  /** Undefined: nothing of this user's waits under this id. */
  decide(
    tx: Tx,
    word: { userId: string; decision: 'approve' | 'deny'; in: 'console'; id: string },
  ): Promise<ShownUseApproval | undefined>
}

const UseApprovalAnswer = Type.Object(
  {
    id: Type.String(),
    code: Type.String({ description: 'What `/approve` takes in a chat.' }),
    provider: Type.String(),
    provider_name: Type.String(),
    credentials_id: Type.String(),
    account: NullableString,
    agent: Type.String(),
    method: Type.String(),
    host: Type.String(),
    path: Type.String({ description: 'Without the values of its query.' }),
    body_preview: Type.Union([Type.String(), Type.Null()], {
      description: 'What would be sent, as a person reads it: of files their type and size; null: nothing.',
    }),
    created_at: Timestamp,
    expires_at: Timestamp,
  },
  { title: 'UseApproval' },
)

/** No token opens these: a program must not approve what it asked for itself. */
export function listUseApprovals(app: App, deps: IntegrationRouteDependencies): void {
  app.get(
    '/api/integrations/approvals',
    {
      config: { access: 'user' },
      schema: {
        summary: "Requests that wait for the caller's word, newest first",
        tags,
        response: answers({ 200: Type.Object({ approvals: Type.Array(UseApprovalAnswer) }) }),
      },
    },
    async (request) => {
      const owner = callerOf(request)
      const approvals = await deps.useApprovals.list(owner)
      return { approvals: await viewAll(deps, owner, approvals) }
    },
  )
}

export function decideUseApproval(app: App, { db, useApprovals }: IntegrationRouteDependencies): void {
  app.post(
    '/api/integrations/approvals/:id',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Let a request be sent, once, or deny it',
        tags,
        params: Type.Object({ id: Type.String() }),
        body: Type.Object({ decision: Type.Enum(['approve', 'deny']) }, closed),
        response: answers({ 204: Type.Null() }, [404]),
      },
    },
    async (request, reply) => {
      const { userId } = callerOf(request)
      const word = { userId, in: 'console', id: request.params.id, ...request.body } as const
      const decided = await db.transaction().execute((tx) => useApprovals.decide(tx, word))
      if (decided === undefined) throw proxyErrors.use_approval_not_found()
      return reply.status(204).send(null)
    },
  )
}

async function viewAll(
  { catalogue, credentials }: IntegrationRouteDependencies,
  owner: Owner,
  approvals: readonly ShownUseApproval[],
): Promise<Static<typeof UseApprovalAnswer>[]> {
  if (approvals.length === 0) return []
  const [providers, own] = await Promise.all([catalogue.list(), credentials.list(owner)])
  const names = new Map(providers.map(({ id, name }) => [id, name]))
  const accounts = new Map(own.map(({ id, account }) => [id, account?.label]))
  return approvals.map((approval) => ({
    id: approval.id,
    code: approval.code,
    provider: approval.provider,
    provider_name: names.get(approval.provider) ?? approval.provider,
    credentials_id: approval.credentialId,
    account: accounts.get(approval.credentialId) ?? null,
    agent: approval.agent,
    method: approval.method,
    host: approval.host,
    path: approval.path,
    body_preview: approval.bodyPreview,
    created_at: approval.createdAt.toISOString(),
    expires_at: approval.expiresAt.toISOString(),
  }))
}
