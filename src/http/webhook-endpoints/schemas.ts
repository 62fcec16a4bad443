import { Type, type Static } from 'typebox'
import { eventFilters, type LoggedAttempt, type WebhookEndpoint } from '../../webhooks/webhooks.ts'
import { closed, Timestamp } from '../schemas.ts'

const OptionalTimestamp = Type.Union([Timestamp, Type.Null()])
const OptionalText = Type.Union([Type.String(), Type.Null()])

export const WebhookEndpointAnswer = Type.Object(
  {
    id: Type.String(),
    url: Type.String(),
    description: Type.String(),
    events: Type.Array(Type.String(), { description: 'Types and groups of them; empty: everything.' }),
    enabled: Type.Boolean(),
    disabled_reason: Type.Union(
      [Type.Literal('administrator'), Type.Literal('gone'), Type.Literal('failing'), Type.Null()],
      { description: '`gone`: it answered 410. `failing`: nothing was delivered for five days.' },
    ),
    failing_since: OptionalTimestamp,
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { title: 'WebhookEndpoint' },
)

export const CreatedWebhookEndpoint = Type.Object({
  ...WebhookEndpointAnswer.properties,
  secret: Type.String({ description: 'Signs what is sent. Told this once.' }),
})

const fields = {
  description: Type.Optional(Type.String({ maxLength: 500 })),
  events: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
      maxItems: 50,
      description: `Of ${eventFilters.join(', ')}; empty: everything.`,
    }),
  ),
  enabled: Type.Optional(Type.Boolean()),
}
const url = Type.String({ minLength: 1, maxLength: 2_000 })

export const NewWebhookEndpointBody = Type.Object({ url, ...fields }, closed)
export const WebhookEndpointChangeBody = Type.Object({ url: Type.Optional(url), ...fields }, closed)

export const ById = Type.Object({ id: Type.String() })

export const WebhookAttempt = Type.Object(
  {
    id: Type.Integer(),
    message_id: Type.String({ description: 'The same as in the header `webhook-id`.' }),
    type: Type.String(),
    attempt: Type.Integer({ description: '1 for the first; replays count on.' }),
    state: Type.Enum(['delivered', 'retrying', 'failed']),
    status: Type.Union([Type.Integer(), Type.Null()], { description: 'HTTP; null: nothing answered.' }),
    error: OptionalText,
    excerpt: Type.Union([Type.String(), Type.Null()], {
      description: 'The beginning of what the endpoint said when it refused.',
    }),
    duration_ms: Type.Integer(),
    at: Timestamp,
    next_at: OptionalTimestamp,
  },
  { title: 'WebhookAttempt' },
)

export function viewEndpoint(endpoint: WebhookEndpoint): Static<typeof WebhookEndpointAnswer> {
  const { id, url, description, events, enabled } = endpoint
  return {
    id,
    url,
    description,
    events,
    enabled,
    disabled_reason: endpoint.disabledReason,
    failing_since: endpoint.failingSince?.toISOString() ?? null,
    created_at: endpoint.createdAt.toISOString(),
    updated_at: endpoint.updatedAt.toISOString(),
  }
}

export function viewAttempt(logged: LoggedAttempt): Static<typeof WebhookAttempt> {
  const { id, type, attempt, state, status, error, excerpt } = logged
  return {
    id,
    message_id: logged.messageId,
    type,
    attempt,
    state,
    status,
    error,
    excerpt,
    duration_ms: logged.durationMs,
    at: logged.at.toISOString(),
    next_at: logged.nextAt?.toISOString() ?? null,
  }
}
