import { Type } from 'typebox'
import { integrationErrors, type Found } from '../integrations/integrations.ts'
import { isGranted } from './list-integrations.ts'
import { inputOf } from './input.ts'
import type { AddTool } from './mcp.ts'
import { answering, asJson, showLink } from './results.ts'

const Input = Type.Object(
  {
    provider: Type.String({ maxLength: 40, description: 'As list_integrations names it.' }),
    scopes: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
        maxItems: 50,
        description: "What will be needed, in the provider's words. Left out: its usual ones.",
      }),
    ),
  },
  { additionalProperties: false },
)

/** Gets the person to connect an account, unless one that does is there. */
export const connectIntegration: AddTool = (server, { catalogue, credentials, asker, log }, caller) => {
  server.registerTool(
    'connect_integration',
    {
      title: 'Connect an integration',
      description:
        'Asks the person to connect their account at a service, or to allow more scopes. Nothing happens where it is ' +
        'connected already.',
      inputSchema: inputOf(Input),
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    },
    ({ provider: id, scopes = [] }, context) =>
      answering(log, async () => {
        const provider = isGranted(caller, id) ? await catalogue.find(id) : undefined
        if (provider === undefined) throw integrationErrors.provider_unknown()
        const { workspaceId, userId } = caller
        const ask = askOf(await credentials.use.find({ workspaceId, userId, provider: id, scopes }))
        if (ask === undefined) return asJson({ provider: id, connected: true })
        const { connectUrl: url } = await asker.toConnect(caller, { provider: id, ...ask })
        return showLink(context, { message: `${provider.name} must be connected first.`, url })
      }),
  )
}

function askOf(found: Found) {
  if (found.kind === 'connect_required')
    return {
      reason: found.kind,
      missingScopes: found.missingScopes,
      credentialId: found.credentialId,
    }
  if (found.kind === 'reconnect_required')
    return { reason: found.kind, missingScopes: [], credentialId: found.credentialId }
  return undefined
}
