import { Type } from 'typebox'
import { integrationErrors, type Found } from '../integrations/integrations.ts'
import { isGranted } from './list-integrations.ts'
import { inputOf } from './input.ts'
import type { AddTool } from './mcp.ts'
import { asJson, asRefusal, showLink } from './results.ts'

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
export const connectIntegration: AddTool = (server, { catalogue, credentials, asker }, caller) => {
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
    async ({ provider: id, scopes = [] }, context) => {
      const provider = isGranted(caller, id) ? await catalogue.find(id) : undefined
      if (provider === undefined) return asRefusal(integrationErrors.provider_unknown())
      const { workspaceId, userId } = caller
      try {
        const found = await credentials.use.find({ workspaceId, userId, provider: id, scopes })
        const ask = askOf(found)
        if (ask === undefined) return asJson({ provider: id, connected: true })
        const { connectUrl: url } = await asker.toConnect(caller, { provider: id, ...ask })
        return showLink(context, { message: `${provider.name} must be connected first.`, url })
      } catch (error) {
        return asRefusal(error)
      }
    },
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
