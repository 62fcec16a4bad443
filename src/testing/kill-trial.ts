import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { findChannel } from '../channels/catalogue.ts'
import type { BotSettings } from '../channels/channel.ts'
import type { SimulatedBot, SimulatedPlatform } from '../channels/testing/simulated-platform.ts'
import { startSimulator } from '../channels/testing/simulators.ts'
import { startTelegramSimulator, type TelegramSimulator } from '../channels/telegram/testing/simulator.ts'
import type { Db } from '../storage/database.ts'
import { Crowd, type Account, type Phase } from './crowd.ts'
import { chatsOn, chatsOnTelegram } from './crowd-chats.ts'
import { GatewayProcess, type GatewayCommand } from './gateway-process.ts'
import { Person } from './person.ts'
import { seededRandom } from './random.ts'

export interface KillPlan {
  kills: number
  /** The share of kills that fall into a start, at most `startMs` after it began. */
  inStart: number
  startMs: number
  /** The others come at most so long after the bot is connected. */
  workMs: number
}

export interface Kill {
  during: 'start' | 'work'
  phases: Phase[]
}

export interface Trial {
  channel: string
  people: number
  seed: number
  /** How long people wait between two messages, on average. */
  pauseMs: number
  /** Of the echo, as in portico.yaml. */
  agent: { delay_ms: number; word_ms: number }
  plan: KillPlan
  /** How long nothing may move before what is missing is lost. */
  patienceMs: number
  /** Where the configuration is written. */
  directory: string
  commandFor(config: string): GatewayCommand
}

export interface TrialResult {
  kills: Kill[]
  minutes: number
  account: Account
  /** Stops what the trial leaves running, so that the database can be looked at before. */
  stop: () => Promise<void>
}

/** The platform survives; the gateway is killed with SIGKILL again and again while people write to its bot. */
export async function tryToLoseMessages(trial: Trial): Promise<TrialResult> {
  const { channel, people, seed, pauseMs, agent, plan, patienceMs, directory } = trial
  const stage = channel === 'telegram' ? await stageOnTelegram(people) : await stageOn(channel, people)
  const config = join(directory, 'portico.yaml')
  const channels = { playground: { enabled: false }, [channel]: stage.settings }
  await writeFile(config, JSON.stringify({ agents: { default: { kind: 'echo', ...agent } }, channels }))
  const gateway = await GatewayProcess.prepare(trial.commandFor(config))
  const stop = async () => {
    await gateway.stop()
    await stage.platform.stop()
  }
  try {
    gateway.start()
    await gateway.untilReady()
    const admin = await Person.signUp(gateway.url, 'Ada')
    stage.bot?.deliverTo?.(await webhookOf(gateway, admin, channel), { retryMs: 200 })
    const crowd = new Crowd(stage.chats, { seed, pauseMs, ...stage })
    await crowd.connect(admin, channel)
    const began = performance.now()
    crowd.start()
    const untilConnected = stage.untilConnected ?? (() => untilBotConnected(admin, channel))
    const kills = await killAgainAndAgain(gateway, crowd, {
      ...plan,
      random: seededRandom(seed),
      untilConnected,
    })
    const minutes = (performance.now() - began) / 60_000
    return { kills, minutes, account: await crowd.settle(patienceMs), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

interface Stage {
  platform: Pick<SimulatedPlatform, 'stop'>
  bot?: SimulatedBot
  settings: BotSettings
  chats: ReturnType<typeof chatsOn>
  longLength: number
  isUnconfirmed?: () => boolean
  untilConnected?: () => Promise<void>
}

async function stageOn(channel: string, people: number): Promise<Stage> {
  const platform = await startSimulator(channel)
  const bot = platform.addBot('First')
  const limit = findChannel(channel)?.abilities.maxTextLength ?? 0
  // Longer ones would only test the patience of whoever waits for an echo.
  const longLength = limit < 5_000 ? Math.ceil(limit * 1.2) : 1_200
  return { platform, bot, settings: bot.settings, chats: chatsOn(platform, bot, people), longLength }
}

/** Telegram's simulator shows more than the others do. */
async function stageOnTelegram(people: number): Promise<Stage> {
  const telegram = await startTelegramSimulator()
  const { token, account } = telegram.addBot()
  return {
    platform: telegram,
    settings: { bot_token: token, bot_username: account.username, api_root: telegram.url },
    chats: chatsOnTelegram(telegram, token, people),
    // `&` takes five characters in Telegram's HTML.
    longLength: 1_200,
    isUnconfirmed: () => (telegram.bots.get(token)?.updates.pending.length ?? 0) > 0,
    untilConnected: () => untilPolled(telegram),
  }
}

async function killAgainAndAgain(
  gateway: GatewayProcess,
  crowd: Crowd,
  options: KillPlan & { random: () => number; untilConnected: () => Promise<void> },
): Promise<Kill[]> {
  const { kills, random, inStart, startMs, workMs, untilConnected } = options
  const done: Kill[] = []
  while (done.length < kills) {
    const during = done.length > 0 && random() < inStart ? 'start' : 'work'
    if (during === 'start') await wait(random() * startMs)
    else {
      if (done.length > 0) await untilConnected()
      await wait(random() * workMs)
    }
    const phases = crowd.phases()
    await gateway.kill()
    done.push({ during, phases })
    gateway.start()
  }
  return done
}

/** A bot that connects leaves its webhook first. */
async function untilPolled(telegram: TelegramSimulator): Promise<void> {
  const known = new Set(telegram.calls)
  await telegram.untilCall((call) => call.method === 'deleteWebhook' && !known.has(call))
}

interface BotAnswer {
  id: string
  channel: string
  state: string
}

/** What the dead gateway wrote of the bot is true no more, and the new one says `stopped` until it has it. */
async function untilBotConnected(admin: Person, channel: string): Promise<void> {
  for (;;) {
    const state = await findBot(admin, channel).then(
      (bot) => bot?.state,
      () => undefined,
    )
    if (state === 'connected') return
    await wait(20)
  }
}

async function webhookOf(gateway: GatewayProcess, admin: Person, channel: string): Promise<string> {
  const bot = await findBot(admin, channel)
  return `${gateway.url}/webhooks/${channel}/${bot?.id ?? ''}`
}

async function findBot(admin: Person, channel: string): Promise<BotAnswer | undefined> {
  const { bots } = await admin.get<{ bots: BotAnswer[] }>('/api/bots')
  return bots.find((bot) => bot.channel === channel)
}

/** How everything that was accepted ended; what has not ended, or ended dead, under its state. */
export async function outcomesIn(db: Db): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('lane_messages')
    .select([sql<string>`coalesce(outcome, state)`.as('outcome'), sql<number>`count(*)`.as('count')])
    .where('queue', '=', 'inbox')
    .groupBy(sql`1`)
    .execute()
  return Object.fromEntries(rows.map(({ outcome, count }) => [outcome, count]))
}
