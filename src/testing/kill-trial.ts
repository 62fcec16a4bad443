import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import type { TelegramSimulator } from '../channels/telegram/testing/simulator.ts'
import type { Db } from '../storage/database.ts'
import type { Crowd, Phase } from './crowd.ts'
import type { GatewayProcess } from './gateway-process.ts'

export interface KillPlan {
  kills: number
  /** Between 0 and 1. */
  random: () => number
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

/** Kills a running gateway with SIGKILL again and again, and leaves it running. */
export async function killAgainAndAgain(
  { gateway, telegram, crowd }: { gateway: GatewayProcess; telegram: TelegramSimulator; crowd: Crowd },
  { kills, random, inStart, startMs, workMs }: KillPlan,
): Promise<Kill[]> {
  const done: Kill[] = []
  while (done.length < kills) {
    const during = done.length > 0 && random() < inStart ? 'start' : 'work'
    if (during === 'start') await wait(random() * startMs)
    else {
      if (done.length > 0) await untilConnected(telegram)
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
async function untilConnected(telegram: TelegramSimulator): Promise<void> {
  const known = new Set(telegram.calls)
  await telegram.untilCall((call) => call.method === 'deleteWebhook' && !known.has(call))
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
