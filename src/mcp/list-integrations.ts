import { Type } from 'typebox'
import type { ConfiguredProvider, Credential } from '../integrations/integrations.ts'
import type { ProxyCaller } from '../proxy/proxy.ts'
import { answering, asJson } from './results.ts'
import { inputOf } from './input.ts'
import type { AddTool } from './mcp.ts'

const Input = Type.Object(
  {
    search: Type.Optional(
      Type.String({ maxLength: 100, description: 'Part of a name, such as "git". Left out: all.' }),
    ),
  },
  { additionalProperties: false },
)

/** What is connected, and what could be. */
export const listIntegrations: AddTool = (server, { catalogue, credentials, log }, caller) => {
  server.registerTool(
    'list_integrations',
    {
      title: 'List integrations',
      description:
        'Lists the accounts that the person has connected, and the services that can be connected.',
      inputSchema: inputOf(Input),
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    ({ search = '' }) =>
      answering(log, async () => {
        const providers = (await catalogue.list()).filter(
          (one) => isGranted(caller, one.id) && fits(one, search),
        )
        const own = await credentials.list(caller)
        const ids = new Set(providers.map(({ id }) => id))
        return asJson({
          connected: own.filter(({ provider }) => ids.has(provider)).map(describe),
          available: providers.map(({ id, name }) => ({ provider: id, name })),
        })
      }),
  )
}

/** Whether the caller's grant reaches a provider. */
export function isGranted({ providers }: ProxyCaller, id: string): boolean {
  return providers === null || providers.includes(id)
}

function fits({ id, name, aliases = [] }: ConfiguredProvider, search: string): boolean {
  const wanted = search.trim().toLowerCase()
  return [id, name, ...aliases].some((word) => word.toLowerCase().includes(wanted))
}

function describe({ id, provider, title, account, status, grantedScopes, host }: Credential) {
  return {
    credential_id: id,
    provider,
    title,
    account: account?.label ?? null,
    status,
    scopes: grantedScopes,
    ...(host === null ? {} : { host }),
  }
}
