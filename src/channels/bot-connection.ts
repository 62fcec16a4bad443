import type { Lease } from '../coordination/leases.ts'
import { NetworkError, PlatformError } from '../lib/errors.ts'
import type { StateReporter } from './bot-states.ts'
import type { Bot } from './bots.ts'
import type { Channel, ChannelDefinition, Inbox } from './channel.ts'
import { BotChangedError, commitBatch, LeaseLostError, readCursor } from './inbox.ts'
import { openChannel } from './open-channel.ts'
import type { BotStateName, SupervisorDependencies } from './supervisor.ts'

export interface ConnectionDependencies extends Pick<
  SupervisorDependencies,
  'db' | 'accept' | 'attach' | 'catalogue' | 'dependencies' | 'log' | 'clock' | 'sleep' | 'random'
> {
  /** Reads the bots again and returns when all keepers know. */
  refresh(): Promise<void>
}

/** One bot under one lease with one set of settings. */
export interface Serving {
  bot: Bot
  /** The bot as it was last read: its agent or name may have changed meanwhile. */
  current: () => Bot
  lease: Lease
  reporter: StateReporter
}

/** Without a sign of life for this long, a connection is taken for dead. */
const silenceMs = 90_000
/** How long a channel may take to end after it was told to. */
const graceMs = 5_000

/** Keeps the bot connected until `signal` aborts, or until another replica turns out to hold it. */
export async function serveBot(
  deps: ConnectionDependencies,
  serving: Serving,
  signal: AbortSignal,
): Promise<'ended' | 'lease_lost'> {
  const { bot, reporter } = serving
  let channel: Channel
  try {
    channel = openChannel(deps, channelOf(deps.catalogue, bot), bot)
  } catch (error) {
    await reporter.become('bad_credentials', sentenceOf(error))
    await aborted(signal)
    return 'ended'
  }
  const attachment = deps.attach(bot, channel)
  let isAttached = true
  const detach = async () => {
    if (!isAttached) return
    isAttached = false
    await attachment.detach()
  }
  try {
    const end = await stayConnected(deps, serving, channel, signal)
    if (end !== 'bad_credentials') return end
    await detach()
    await aborted(signal)
    return 'ended'
  } finally {
    await detach()
  }
}

async function stayConnected(
  deps: ConnectionDependencies,
  serving: Serving,
  channel: Channel,
  signal: AbortSignal,
): Promise<'ended' | 'lease_lost' | 'bad_credentials'> {
  const { reporter, bot } = serving
  const isOver = () => signal.aborted
  let failures = 0
  while (!isOver()) {
    const { error, wasConnected } = await connectOnce(deps, serving, channel, signal)
    if (isOver()) break
    if (error instanceof LeaseLostError) return 'lease_lost'
    if (error instanceof BotChangedError) {
      await deps.refresh()
      continue
    }
    failures = wasConnected ? 1 : failures + 1
    const verdict = judge(error, failures, deps.random)
    deps.log.warn(
      { err: error, bot: bot.id, channel: bot.channel, state: verdict.state },
      'a bot lost its connection',
    )
    await reporter.become(verdict.state, verdict.detail)
    if (verdict.state === 'bad_credentials') return 'bad_credentials'
    await deps.sleep(verdict.waitMs, signal).catch(() => undefined)
  }
  return 'ended'
}

/** One call of `receive` with its inbox and watchdog; returns when the channel has ended, with what ended it. */
async function connectOnce(
  deps: ConnectionDependencies,
  { bot, current, lease, reporter }: Serving,
  channel: Channel,
  signal: AbortSignal,
): Promise<{ error: unknown; wasConnected: boolean }> {
  const attempt = new AbortController()
  const open = AbortSignal.any([signal, attempt.signal])
  const life = { at: deps.clock.now(), seen: false }
  const alive = (messages: boolean) => {
    if (open.aborted) return
    life.at = deps.clock.now()
    life.seen = true
    reporter.alive({ messages })
  }
  const receive = async () => {
    const inbox: Inbox = {
      cursor: await readCursor(deps.db, bot.id),
      async accept(batch) {
        open.throwIfAborted()
        await commitBatch(deps, current(), lease, batch)
        alive(batch.messages.length > 0)
      },
      alive: () => alive(false),
    }
    await channel.receive(inbox, open)
    throw new NetworkError(bot.channel, new Error('the connection ended'))
  }
  const received = receive().catch((error: unknown) => error)
  const error = await Promise.race([received, silence(deps, life, bot, open)])
  attempt.abort()
  await ending(deps, received, bot)
  return { error, wasConnected: life.seen }
}

/** Resolves when there was no sign of life for too long, or without an error when `open` aborts. */
async function silence(
  { clock, sleep }: ConnectionDependencies,
  life: { at: number },
  bot: Bot,
  open: AbortSignal,
): Promise<Error | undefined> {
  while (!open.aborted) {
    const silent = clock.now() - life.at
    if (silent >= silenceMs) return new NetworkError(bot.channel, new Error('no sign of life for 90 seconds'))
    await sleep(silenceMs - silent, open).catch(() => undefined)
  }
  return undefined
}

/** Waits for a channel that was told to end. One that does not is left alone: its inbox is closed. */
async function ending(
  { log, sleep }: ConnectionDependencies,
  received: Promise<unknown>,
  bot: Bot,
): Promise<void> {
  const over = new AbortController()
  const tooLate = sleep(graceMs, over.signal).then(
    () => log.error({ bot: bot.id, channel: bot.channel }, 'a channel did not stop in time'),
    () => undefined,
  )
  await Promise.race([received, tooLate])
  over.abort()
}

interface Verdict {
  state: BotStateName
  detail: string
  /** Until the next try. */
  waitMs: number
}

function judge(error: unknown, failures: number, random: () => number): Verdict {
  const detail = sentenceOf(error)
  const jitter = 0.5 + random() / 2
  const backoffMs = Math.min(60_000, 1000 * 2 ** (failures - 1)) * jitter
  if (error instanceof PlatformError) {
    if (error.kind === 'bad_credentials') return { state: 'bad_credentials', detail, waitMs: Infinity }
    if (error.kind === 'conflict') return { state: 'conflict', detail, waitMs: 30_000 * jitter }
    return { state: 'transient', detail, waitMs: Math.max(backoffMs, error.retryAfterMs ?? 0) }
  }
  return { state: 'transient', detail, waitMs: backoffMs }
}

/** What an operator reads. Errors of channels are free of secrets by contract; of others only the log knows more. */
function sentenceOf(error: unknown): string {
  if (error instanceof PlatformError) return error.message
  if (!(error instanceof NetworkError)) return 'It failed inside Portico; the log says how.'
  return error.cause instanceof Error ? `${error.message} ${error.cause.message}` : error.message
}

function channelOf(catalogue: readonly ChannelDefinition[], { channel }: Bot): ChannelDefinition {
  const definition = catalogue.find(({ name }) => name === channel)
  if (definition !== undefined) return definition
  throw new PlatformError({
    platform: channel,
    code: 'unknown_channel',
    kind: 'bad_credentials',
    description: 'this version has no such channel',
  })
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
