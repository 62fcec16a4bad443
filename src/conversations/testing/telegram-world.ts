import { sql } from 'kysely'
import { setTimeout as wait } from 'node:timers/promises'
import { createAudit } from '../../audit/audit.ts'
import { createBots } from '../../channels/bots.ts'
import type { BotSettings } from '../../channels/channel.ts'
import {
  startTelegramSimulator,
  type Person as TelegramPerson,
  type TelegramSimulator,
} from '../../channels/telegram/testing/simulator.ts'
import { unhurriedTelegram } from '../../channels/telegram/testing/unhurried.ts'
import type { AppOverrides } from '../../app.ts'
import { environmentOf } from '../../config/env.ts'
import { readSecrets } from '../../config/secrets.ts'
import { createSignals } from '../../coordination/signals-postgres.ts'
import { systemClock } from '../../lib/clock.ts'
import { createIds } from '../../lib/ids.ts'
import { createLog, type Log } from '../../lib/log.ts'
import { sleep } from '../../lib/sleep.ts'
import type { Person } from '../../testing/person.ts'
import { createWorld, type World } from '../../testing/world.ts'
import { createKeyring, createVault } from '../../vault/vault.ts'
import { ScriptedAgent } from './scripted-agent.ts'

/** The gateway with one Telegram bot, an agent under control, and people who write to it. */
export interface TelegramWorld extends World {
  telegram: TelegramSimulator
  token: string
  agent: ScriptedAgent
  /** Somebody with a Telegram account that nobody has connected. */
  stranger(name: string): TelegramPerson
  /** Somebody with both accounts, connected. */
  member(name: string): Promise<{ user: Person; phone: TelegramPerson }>
  /** Waits until everything that was written to the bot so far has been accepted. */
  allAccepted(): Promise<void>
  /** The texts of the bot in a person's private chat, once they are as expected; of the first bot unless said. */
  reads(phone: TelegramPerson, isThere: (texts: string[]) => boolean, bot?: string): Promise<string[]>
  /** One more Telegram bot with the same agent, connected; returns its token. */
  addBot(): Promise<string>
}

export async function createTelegramWorld(
  agentYaml = '',
  overrides: AppOverrides = {},
  moreYaml = '',
  log?: Log,
): Promise<TelegramWorld> {
  const telegram = await startTelegramSimulator()
  const { token, account } = telegram.addBot()
  const agent = new ScriptedAgent()
  const world = await createWorld({
    yaml: `
agents:
  default: { kind: echo${agentYaml === '' ? '' : `, ${agentYaml}`} }
channels:
  telegram: { enabled: true, bot_token: "${token}", bot_username: ${account.username}, api_root: "${telegram.url}" }
${moreYaml}
`,
    overrides: { agents: new Map([['default', agent]]), channels: [unhurriedTelegram], ...overrides },
    ...(log !== undefined && { log }),
  })
  await botRuns(world)
  let lastId = 100
  const stranger = (name: string) => telegram.person({ id: ++lastId, first_name: name })
  const reads = async (phone: TelegramPerson, isThere: (texts: string[]) => boolean, bot = token) => {
    const chat = phone.chatWith(bot)
    const texts = () => chat.messages.filter(({ from }) => from.is_bot).map(({ text }) => text)
    await chat.until(() => isThere(texts()))
    return texts()
  }
  return {
    ...world,
    telegram,
    token,
    agent,
    stranger,
    reads,
    async addBot() {
      const added = telegram.addBot()
      await saveBot(world, {
        bot_token: added.token,
        bot_username: added.account.username,
        api_root: telegram.url,
      })
      await telegram.untilCall((call) => call.token === added.token && call.method === 'getUpdates')
      return added.token
    },
    async allAccepted() {
      // An update is confirmed, and then no longer pending, only after it was committed.
      while ((telegram.bots.get(token)?.updates.pending.length ?? 0) > 0) await wait(10)
    },
    async member(name) {
      const user = await world.person(name)
      const phone = stranger(name)
      phone.writes(token, `/start ${await user.connectCode('telegram')}`)
      await reads(phone, (texts) => texts.some((text) => text.startsWith('Connected as')))
      return { user, phone }
    },
    async stop() {
      await world.stop()
      await telegram.stop()
    },
  }
}

/** Waits until people can connect to the first bot: on a busy machine its first call may have failed. */
async function botRuns({ database: { db } }: World): Promise<void> {
  const findRunning = () =>
    db
      .selectFrom('bot_states')
      .innerJoin('leases', (join) => join.on(sql<boolean>`leases.name = 'bot:' || bot_states.bot_id`))
      .select('bot_id')
      .where('state', '=', 'connected')
      .where(sql<boolean>`leases.expires_at > now()`)
      .executeTakeFirst()
  while ((await findRunning()) === undefined) await wait(10)
}

/** As an administrator could, if the console offered a second bot of a channel. */
async function saveBot({ config, database }: World, settings: BotSettings): Promise<void> {
  const { db } = database
  const secrets = await readSecrets(environmentOf({}), config.dataDir)
  const ids = createIds(Date.now)
  const signals = await createSignals({ database, log: createLog('silent'), sleep })
  const first = await db
    .selectFrom('bots')
    .select('workspace_id')
    .where('channel', '=', 'telegram')
    .executeTakeFirstOrThrow()
  const bots = createBots({
    vault: createVault({ keyring: createKeyring(secrets.current, secrets.older) }),
    ids,
    audit: createAudit({ ids, clock: systemClock }),
    channels: [unhurriedTelegram],
    signals,
    homeWorkspace: async () => first.workspace_id,
  })
  await db.transaction().execute((tx) =>
    bots.save(tx, {
      id: ids('bot'),
      workspaceId: first.workspace_id,
      channel: 'telegram',
      name: String(settings['bot_username']),
      agent: 'default',
      enabled: true,
      settings,
      source: 'runtime',
    }),
  )
  await signals.stop()
}
