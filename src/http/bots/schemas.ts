import { Type, type Static } from 'typebox'
import type { BotRules } from '../../channels/bot-rules.ts'
import type { BotChange, BotView } from '../../channels/channels.ts'
import { BotState } from '../channels/schemas.ts'
import { closed } from '../schemas.ts'

const Ids = (description: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { maxItems: 1_000, description })

const rules = {
  people: Ids('Ids of the people who may use the bot; empty: everybody.'),
  groups: Ids('Ids of the groups in which it answers; empty: all.'),
  spaces: Ids('Ids of the servers, teams or repositories in which it answers; empty: all.'),
  in_groups: Type.Enum(['mention', 'everything', 'nothing'], {
    description: 'In groups it answers when spoken to, everything that connected people say, or nothing.',
  }),
  threads: Type.Enum(['own', 'shared'], {
    description: 'Each thread has a conversation of its own, or shares that of its group.',
  }),
  welcome: Type.String({
    maxLength: 4_000,
    description: 'Markdown, said to someone who opens a chat with the bot; empty: how to begin.',
  }),
}

export const BotAnswer = Type.Object(
  {
    id: Type.String(),
    channel: Type.String(),
    name: Type.String(),
    agent: Type.String(),
    enabled: Type.Boolean(),
    source: Type.Enum(['file', 'runtime']),
    state: BotState,
    detail: Type.Union([Type.String(), Type.Null()], { description: 'Why it is in this state.' }),
    credential_values: Type.Record(Type.String(), Type.String(), {
      description: 'Stored secrets read `********`.',
    }),
    rules: Type.Object(rules),
    webhook_url: Type.Union([Type.String(), Type.Null()], {
      description: 'What to enter at platforms that call; null for those that are dialled.',
    }),
    can_install: Type.Boolean({
      description: 'Whether it can be installed in further workspaces of its platform.',
    }),
    installed_in: Type.Array(Type.String(), {
      description: 'The platform’s ids of the workspaces where it was installed from here, the newest last.',
    }),
  },
  { title: 'Bot' },
)

const name = Type.String({ minLength: 1, maxLength: 100 })
const change = {
  agent: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  enabled: Type.Optional(Type.Boolean({ description: '`false` pauses the bot.' })),
  values: Type.Optional(
    Type.Record(Type.String(), Type.String({ maxLength: 10_000 }), {
      description: 'Credentials by field name. `********` keeps a stored secret.',
    }),
  ),
  rules: Type.Optional(Type.Partial(Type.Object(rules), closed)),
}

export const NewBotBody = Type.Object({ channel: Type.String(), name, ...change }, closed)
export const BotChangeBody = Type.Object({ name: Type.Optional(name), ...change }, closed)

export const ById = Type.Object({ id: Type.String() })

export function changeOf({ rules: given, ...rest }: Static<typeof BotChangeBody>): BotChange {
  if (given === undefined) return rest
  const { in_groups: inGroups, ...others } = given
  const changed: Partial<BotRules> = { ...others, ...(inGroups !== undefined && { inGroups }) }
  return { ...rest, rules: changed }
}

export function viewBot(
  { bot, definition, state, values, installedIn }: BotView,
  publicUrl: string,
): Static<typeof BotAnswer> {
  const { id, channel, name, agent, enabled, source } = bot
  const { people, groups, spaces, inGroups, threads, welcome } = bot.rules
  const lists = { people: [...people], groups: [...groups], spaces: [...spaces] }
  return {
    id,
    channel,
    name,
    agent,
    enabled,
    source,
    state: state?.state ?? 'stopped',
    detail: state?.detail ?? null,
    credential_values: values,
    rules: { ...lists, in_groups: inGroups, threads, welcome },
    webhook_url:
      definition.reach === 'webhook' ? new URL(`/webhooks/${channel}/${id}`, publicUrl).href : null,
    can_install: installedIn !== undefined,
    installed_in: [...(installedIn ?? [])],
  }
}
