import { sql } from 'kysely'
import type { Lease } from '../coordination/leases.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Db } from '../storage/database.ts'
import type { BotState, BotStateName } from './supervisor.ts'

/** A state with what shows whether it is the newest truth. */
export interface ReportedState extends BotState {
  revision: number
  /** Whether some replica holds the bot right now. */
  held: boolean
  /** Whether the bot is meant to run. */
  enabled: boolean
}

export async function readStates(db: Db): Promise<Map<string, BotState>> {
  const rows = await selectStates(db).execute()
  return new Map(rows.map((row) => [row.botId, stateOf(row)]))
}

export async function readState(db: Db, botId: string): Promise<ReportedState | undefined> {
  const row = await selectStates(db).where('bots.id', '=', botId).executeTakeFirst()
  return row === undefined
    ? undefined
    : { ...stateOf(row), revision: row.revision ?? 0, held: row.held, enabled: row.enabled }
}

/** The state, if it speaks of that revision or a later one and is no longer on its way. */
export function settledState(found: ReportedState | undefined, revision: number): BotState | undefined {
  if (found === undefined) return undefined
  const { held, enabled, revision: reported, ...state } = found
  if (!enabled) return !held || (reported >= revision && state.state === 'stopped') ? state : undefined
  const isOnItsWay = state.state === 'connecting' || state.state === 'stopped'
  return reported >= revision && !isOnItsWay ? state : undefined
}

function selectStates(db: Db) {
  return db
    .selectFrom('bots')
    .leftJoin('bot_states', 'bot_states.bot_id', 'bots.id')
    .where('bots.removed_at', 'is', null)
    .select([
      'bots.id as botId',
      'bots.enabled',
      'bot_states.state',
      'bot_states.detail',
      'bot_states.revision',
      'bot_states.last_transport_at as lastTransportAt',
      'bot_states.last_inbound_at as lastInboundAt',
      sql<boolean>`exists (
        select from leases where leases.name = 'bot:' || bots.id and leases.expires_at > now()
      )`.as('held'),
    ])
}

/** What a dead replica said last is not true any more: a bot that nobody holds is stopped. */
function stateOf(row: {
  botId: string
  state: string | null
  detail: string | null
  lastTransportAt: Date | null
  lastInboundAt: Date | null
  held: boolean
}): BotState {
  const { botId, lastTransportAt, lastInboundAt } = row
  return {
    botId,
    state: row.held ? ((row.state ?? 'connecting') as BotStateName) : 'stopped',
    detail: row.held ? row.detail : null,
    lastTransportAt,
    lastInboundAt,
  }
}

/** The time between two writes when nothing changed but the last sign of life. */
const lifeWriteMs = 10_000

/**
 * Writes the state of one bot for as long as its lease is held; a replica that lost the lease writes nothing. A
 * write that fails is logged and made good by the next one.
 */
export class StateReporter {
  readonly #deps: { db: Db; log: Log; clock: Clock; replica: string }
  readonly #botId: string
  readonly #lease: Lease
  #state: BotStateName = 'connecting'
  #detail: string | null = null
  #revision = 0
  #lastTransportAt: Date | null = null
  #lastInboundAt: Date | null = null
  #writtenAt = 0
  #writing = Promise.resolve()

  constructor(deps: { db: Db; log: Log; clock: Clock; replica: string }, botId: string, lease: Lease) {
    this.#deps = deps
    this.#botId = botId
    this.#lease = lease
  }

  get state(): BotStateName {
    return this.#state
  }

  /** Begins to speak of a revision; signs of life under other settings do not count for it. */
  async begin(revision: number): Promise<void> {
    const stored = await readState(this.#deps.db, this.#botId)
    const isSame = stored?.revision === revision
    this.#revision = revision
    this.#lastTransportAt = isSame ? stored.lastTransportAt : null
    this.#lastInboundAt = stored?.lastInboundAt ?? null
    await this.become('connecting', null)
  }

  /** The bot was saved anew with the same settings. */
  adopt(revision: number): void {
    this.#revision = revision
    void this.#write()
  }

  async become(state: BotStateName, detail: string | null): Promise<void> {
    this.#state = state
    this.#detail = detail
    await this.#write()
  }

  /** The platform gave a sign of life. */
  alive(brought: { messages: boolean }): void {
    const now = new Date(this.#deps.clock.now())
    this.#lastTransportAt = now
    if (brought.messages) this.#lastInboundAt = now
    if (this.#state !== 'connected') {
      this.#state = 'connected'
      this.#detail = null
      void this.#write()
    } else if (now.getTime() - this.#writtenAt >= lifeWriteMs) {
      void this.#write()
    }
  }

  /** One write after the other; each writes what is true when its turn comes. */
  #write(): Promise<void> {
    this.#writtenAt = this.#deps.clock.now()
    this.#writing = this.#writing.then(async () => {
      try {
        await this.#writeNow()
      } catch (error) {
        this.#deps.log.warn({ err: error, bot: this.#botId }, 'the state of a bot could not be written')
      }
    })
    return this.#writing
  }

  async #writeNow(): Promise<void> {
    if (this.#lease.lost.aborted) return
    const { db, replica } = this.#deps
    await sql`
      insert into bot_states
        (bot_id, state, detail, revision, replica, last_transport_at, last_inbound_at, updated_at)
      select bots.id, ${this.#state}, ${this.#detail}, ${this.#revision}::integer, ${replica},
        ${this.#lastTransportAt}::timestamptz, ${this.#lastInboundAt}::timestamptz, now()
      from bots join leases on leases.name = ${this.#lease.name} and leases.fence = ${this.#lease.fence}
      where bots.id = ${this.#botId}
      on conflict (bot_id) do update set
        state = excluded.state, detail = excluded.detail, revision = excluded.revision,
        replica = excluded.replica, last_transport_at = excluded.last_transport_at,
        last_inbound_at = excluded.last_inbound_at, updated_at = excluded.updated_at`.execute(db)
  }
}
