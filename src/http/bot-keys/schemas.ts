import { Type, type Static } from 'typebox'
import type { BotKey } from '../../identity/identity.ts'
import { channelOf, platformOf } from '../platforms.ts'
import { closed, Timestamp } from '../schemas.ts'

const Nullable = Type.Union([Timestamp, Type.Null()])

export const BotKeyView = Type.Object(
  {
    id: Type.String(),
    name: Type.String({ description: 'What people who connect are told the bot is called.' }),
    agent: Type.String(),
    platforms: Type.Array(Type.String(), { description: 'For whose people it may speak; empty: all.' }),
    secrets: Type.Array(
      Type.Object({ last_four: Type.String(), created_at: Timestamp, expires_at: Nullable }),
      { description: 'Those that count now, the newest first.' },
    ),
    created_at: Timestamp,
    last_used_at: Nullable,
    revoked_at: Nullable,
  },
  { title: 'BotKey' },
)

export const BotKeyWithSecret = Type.Object({
  ...BotKeyView.properties,
  key: Type.String({ description: 'What the bot sends as X-Bot-API-Key. Told this once.' }),
})

export const InBotKey = Type.Object({ id: Type.String() })

const platforms = Type.Array(Type.String({ pattern: '^[A-Z]{1,32}$' }), { maxItems: 32, uniqueItems: true })
const name = Type.String({ minLength: 1, maxLength: 60 })
const agent = Type.String({ minLength: 1, maxLength: 60 })

export const NewBotKeyBody = Type.Object(
  { name, agent: Type.Optional(agent), platforms: Type.Optional(platforms) },
  closed,
)

export const BotKeyChangeBody = Type.Object(
  { name: Type.Optional(name), agent: Type.Optional(agent), platforms: Type.Optional(platforms) },
  closed,
)

export function changeOf({ platforms, ...rest }: Static<typeof BotKeyChangeBody>) {
  return { ...rest, ...(platforms === undefined ? {} : { channels: platforms.map(channelOf) }) }
}

export function viewBotKey(key: BotKey): Static<typeof BotKeyView> {
  return {
    id: key.id,
    name: key.name,
    agent: key.agent,
    platforms: key.channels.map(platformOf),
    secrets: key.secrets.map(({ lastFour, createdAt, expiresAt }) => ({
      last_four: lastFour,
      created_at: createdAt.toISOString(),
      expires_at: expiresAt?.toISOString() ?? null,
    })),
    created_at: key.createdAt.toISOString(),
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    revoked_at: key.revokedAt?.toISOString() ?? null,
  }
}
