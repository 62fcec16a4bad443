import type { BotSettings, ChannelDependencies, Inbox } from '../channel.ts'
import { readAccount } from './account.ts'
import { openApi, type DiscordApi } from './api.ts'
import type { Backlog, Committing } from './backlog.ts'
import { registerCommands } from './commands.ts'
import { refusal } from './errors.ts'
import { isFields } from './fields.ts'
import { connectGateway, findGateway, type GatewayEnd } from './gateway.ts'
import { acknowledge } from './interaction.ts'
import { createPlaces, type Places } from './places.ts'

/** Between two connections that Discord itself asked for, and before a new session. */
const recycleMs = 500
const newSessionMs = 1_000

/**
 * Receives until `signal` aborts. What is left of an earlier call is committed first. Then each connection resumes
 * where the last commit was, and everything is decoded and committed in order:
 *
 *   cursor -> RESUME -> events -> commit -> ... -> recycled: again
 *     |          `-> session lost: none -> IDENTIFY -> READY is committed -> events
 *     `-> none: IDENTIFY
 *
 * Any other end is an error, and the supervisor decides when to call again.
 */
export async function receive(
  settings: BotSettings,
  dependencies: ChannelDependencies,
  backlog: Backlog,
  inbox: Inbox,
  signal: AbortSignal,
): Promise<void> {
  const isOver = () => signal.aborted
  if (isOver()) return
  const api = openApi(settings, dependencies, signal)
  try {
    const account = await readAccount(api)
    const places = createPlaces(api, account.id)
    const committing: Committing = {
      inbox,
      botId: account.id,
      placeOf: (id) => places.find(id),
      acknowledge: (interaction) => void acknowledge(api, interaction),
    }
    backlog.open(inbox.cursor)
    let isRegistered = false
    const onEstablished = (how: 'new' | 'resumed') => {
      // A new session counts when its READY is committed.
      if (how === 'resumed') inbox.alive()
      if (isRegistered) return
      isRegistered = true
      // People can write without them; the next connection tries again.
      registerCommands(api, account.applicationId).catch(() => undefined)
    }
    while (!isOver()) {
      await backlog.commit(committing)
      const end = await connectOnce(api, { backlog, committing, places, onEstablished }, dependencies, signal)
      if (end.kind === 'failed') throw end.error
      if (end.kind === 'session_lost') backlog.forget()
      if (end.kind === 'stopped') return
      await dependencies.sleep(end.kind === 'recycled' ? recycleMs : newSessionMs, signal)
    }
  } catch (error) {
    if (!isOver()) throw error
  }
}

interface Receiving {
  backlog: Backlog
  committing: Committing
  places: Places
  onEstablished: (how: 'new' | 'resumed') => void
}

/** One connection, whose events are committed as they come. Throws what the inbox throws. */
async function connectOnce(
  api: DiscordApi,
  { backlog, committing, places, onEstablished }: Receiving,
  dependencies: ChannelDependencies,
  signal: AbortSignal,
): Promise<GatewayEnd> {
  const address = await findGateway(api)
  const session = backlog.resume()
  if (session === undefined && address.limit.remaining < 1) {
    const description = 'the bot has begun too many sessions today'
    throw refusal('session_start_limit', 'rate_limited', description, address.limit.reset_after)
  }
  const stop = new AbortController()
  let failure: { error: unknown } | undefined
  const fail = (error: unknown) => {
    failure ??= { error }
    stop.abort()
  }
  const commits = new Commits((andCursor) => backlog.commit(committing, andCursor), fail)
  const end = await connectGateway(
    api,
    address,
    session,
    {
      onEstablished,
      onDispatch({ type, seq, data }) {
        if (type === 'GUILD_CREATE' && isFields(data)) learn(places, data)
        try {
          backlog.add({ type, seq, data })
          commits.ask(false)
        } catch (error) {
          fail(error)
        }
      },
      onHeartbeat() {
        committing.inbox.alive()
        commits.ask(true)
      },
      committedSeq: (sessionId) => backlog.committedSeq(sessionId),
    },
    dependencies,
    AbortSignal.any([signal, stop.signal]),
  )
  await commits.settled()
  if (failure !== undefined) throw failure.error
  return end
}

/** A server whose channels cannot be read is asked about them later. */
function learn(places: Places, guild: Record<string, unknown>): void {
  try {
    places.learn(guild)
  } catch {
    return
  }
}

/** Runs one commit at a time, and one more when something came meanwhile. After a failure it does nothing more. */
class Commits {
  readonly #commit: (andCursor: boolean) => Promise<void>
  readonly #fail: (error: unknown) => void
  #running: Promise<void> | undefined
  #asked = false
  #withCursor = false

  constructor(commit: (andCursor: boolean) => Promise<void>, fail: (error: unknown) => void) {
    this.#commit = commit
    this.#fail = fail
  }

  ask(andCursor: boolean): void {
    this.#asked = true
    this.#withCursor ||= andCursor
    this.#running ??= this.#run()
  }

  async settled(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    try {
      while (this.#asked) {
        const andCursor = this.#withCursor
        this.#asked = this.#withCursor = false
        await this.#commit(andCursor)
      }
      this.#running = undefined
    } catch (error) {
      this.#fail(error)
    }
  }
}
