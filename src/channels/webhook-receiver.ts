import { sql } from 'kysely'
import { defineErrors } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Db } from '../storage/database.ts'
import type { Bot, Bots } from './bots.ts'
import {
  canReceiveWebhooks,
  type CanReceiveWebhooks,
  type Channel,
  type ChannelDefinition,
  type ChannelDependencies,
  type WebhookRequest,
  type WebhookVerdict,
} from './channel.ts'
import { acceptBatch } from './inbox.ts'
import { openChannel } from './open-channel.ts'
import type { AcceptInbound } from './supervisor.ts'

/** Takes what platforms post to us, on any replica, also one that does not hold the bot. */
export interface WebhookReceiver {
  /**
   * `bot` is its id or name. Verifies a request, commits what it brings, and only then answers. Throws `webhook_unknown`, `webhook_refused`,
   * `webhook_forbidden`, `webhook_malformed`, `bot_unavailable` for a bot that is paused or was changed meanwhile, and whatever keeps
   * the commit from succeeding: the platform delivers again then.
   */
  receive(channel: string, bot: string, request: WebhookRequest): Promise<WebhookAnswer>
}

export interface WebhookAnswer {
  status: number
  contentType: string
  body: string
}

export interface WebhookReceiverDependencies {
  db: Db
  bots: Pick<Bots, 'find' | 'list'>
  catalogue: readonly ChannelDefinition[]
  accept: AcceptInbound
  dependencies: ChannelDependencies
  log: Log
}

const webhookErrors = defineErrors({
  webhook_unknown: { status: 404, detail: 'There is no such webhook.' },
  webhook_refused: { status: 401, detail: 'This request does not prove that it comes from the platform.' },
  webhook_forbidden: { status: 403, detail: 'This request is not meant for this bot.' },
  webhook_malformed: { status: 400, detail: 'This request is not one that the platform sends.' },
  bot_unavailable: { status: 503, detail: 'This bot does not receive at the moment.' },
})

const refusals = {
  400: webhookErrors.webhook_malformed,
  401: webhookErrors.webhook_refused,
  403: webhookErrors.webhook_forbidden,
}

/** Bots that were called lately, so that the keys and tokens that a channel keeps in memory stay. */
const keptChannels = 200

export function createWebhookReceiver(deps: WebhookReceiverDependencies): WebhookReceiver {
  const channels = new Map<string, { revision: number; channel: Channel & CanReceiveWebhooks }>()

  function channelOf(bot: Bot): Channel & CanReceiveWebhooks {
    const kept = channels.get(bot.id)
    if (kept?.revision === bot.revision) return kept.channel
    const channel = openCalled(deps, bot)
    channels.delete(bot.id)
    channels.set(bot.id, { revision: bot.revision, channel })
    const [oldest] = channels.keys()
    if (channels.size > keptChannels && oldest !== undefined) channels.delete(oldest)
    return channel
  }

  return {
    async receive(name, botId, request) {
      const bot = await findBot(deps, name, botId)
      if (!bot.enabled) throw webhookErrors.bot_unavailable({ retryAfter: 60 })
      const verdict = await channelOf(bot).judgeWebhook(request)
      return carryOut(deps, bot, verdict)
    },
  }
}

/** By id, or by name, so that the address of a bot of the configuration file is known beforehand. */
async function findBot(
  { bots, db }: WebhookReceiverDependencies,
  channel: string,
  key: string,
): Promise<Bot> {
  const byId = await bots.find(db, key)
  const bot = byId ?? (await bots.list(db, { channel })).find(({ name }) => name === key)
  if (bot?.channel !== channel) throw webhookErrors.webhook_unknown()
  return bot
}

function openCalled(deps: WebhookReceiverDependencies, bot: Bot): Channel & CanReceiveWebhooks {
  const definition = deps.catalogue.find(({ name }) => name === bot.channel)
  const channel = definition && openChannel(deps, definition, bot)
  if (channel === undefined || !canReceiveWebhooks(channel)) throw webhookErrors.webhook_unknown()
  return channel
}

async function carryOut(
  deps: WebhookReceiverDependencies,
  bot: Bot,
  verdict: WebhookVerdict,
): Promise<WebhookAnswer> {
  if (verdict.kind === 'reply') return verdict
  if (verdict.kind === 'refused') {
    deps.log.warn({ bot: bot.id, channel: bot.channel, reason: verdict.reason }, 'a webhook was refused')
    throw refusals[verdict.status]()
  }
  await deps.db.transaction().execute(async (tx) => {
    // Whoever changes the bot waits for the commit; what was judged by old settings comes again.
    const { rows } = await sql`
      with current as materialized (
        select id from bots where id = ${bot.id} and revision = ${bot.revision} and removed_at is null for share
      ), seen as (
        update bot_states set last_inbound_at = now() where bot_id in (select id from current)
      )
      select id from current`.execute(tx)
    if (rows.length === 0) throw webhookErrors.bot_unavailable({ retryAfter: 5 })
    await acceptBatch(deps, tx, bot, verdict.batch)
  })
  return { status: 200, contentType: verdict.contentType ?? 'text/plain', body: verdict.body ?? '' }
}
