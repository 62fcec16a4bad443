import { Type, type Static } from 'typebox'
import type { Connected } from '../../integrations/integrations.ts'
import { NullableString, viewCredential } from './schemas.ts'

export const ConnectedAnswer = Type.Object(
  {
    credentials_id: Type.String(),
    provider: Type.String(),
    type: Type.Literal('oauth2'),
    title: Type.String(),
    scopes: Type.Array(Type.String()),
    username: NullableString,
    state_metadata: Type.Record(Type.String(), Type.Unknown()),
    missing_scopes: Type.Array(Type.String(), {
      description: 'Asked for and not granted; empty where the provider does not say.',
    }),
    was_known: Type.Boolean({ description: 'An existing credential was changed.' }),
  },
  { title: 'Connected' },
)

export function viewConnected(connected: Connected): Static<typeof ConnectedAnswer> {
  const { id, provider, title, scopes, username } = viewCredential(connected.credential)
  return {
    credentials_id: id,
    provider,
    type: 'oauth2',
    title,
    scopes: scopes ?? [],
    username,
    state_metadata: { ...connected.metadata },
    missing_scopes: [...connected.missingScopes],
    was_known: connected.wasKnown,
  }
}
