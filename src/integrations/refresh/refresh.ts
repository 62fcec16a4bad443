import { regularly } from '../../lib/regularly.ts'
import { renewalOf } from '../credentials/credential-row.ts'
import type { CredentialsDependencies } from '../credentials/dependencies.ts'
import type { Opener } from '../credentials/opener.ts'
import { placeOf } from '../credentials/place-of.ts'
import { ProviderRefusal, ProviderSilence, type Place, type TokenSet } from '../oauth/oauth.ts'
import { mayRotate } from '../provider.ts'
import { answerOf, type TakeBack } from './answer.ts'
import { claim, postpone, type Claim } from './claim.ts'
import { dueRefreshes } from './due.ts'
import { giveUp, tellThatAwoke } from './give-up.ts'
import { backoffMs } from './refresh-times.ts'
import { createSaver, type Saver } from './saver.ts'

/**
 * Keeps credentials alive, so that no account is lost:
 *
 *   idle -> claimed (one replica, for 30 s; the refresh token counts as spent) -> asked
 *   asked -> answered -> written (before anybody gets the tokens) -> idle
 *         -> refused for good -> reconnect_required
 *         -> no, or no answer -> resting (backoff) -> claimed ...
 *   claimed or asked, and the replica died -> the claim runs out -> claimed by another, with what we have
 *
 * No connection to the database is held while the provider is asked. A refresh token that was spent without an answer is
 * tried again at once: some providers take it twice within a grace; where one does not, its refusal ends the tries.
 */
export interface Refresher {
  /**
   * Renews what has this version, unless somebody did or is doing so. One question per credential and process, however
   * many ask. Throws `sealed_value_refused`.
   */
  renew(id: string, version: number): Promise<Renewed>
  /** Renews those that would die of idleness, or whose refresh broke off; any replica may. */
  upkeep(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

/** `changed`: the row is to be read again. */
export type Renewed = { kind: 'changed' } | { kind: 'later'; retryAfterMs: number }

export interface RefreshDependencies extends CredentialsDependencies {
  opener: Opener
  takeBack: TakeBack
}

const pollMs = 100
/** How long one waits for another replica's refresh. */
const longestWaitMs = 20_000
const upkeepEveryMs = 60_000
const saveEveryMs = 5_000
const unconfiguredMs = 60_000

const changed: Renewed = { kind: 'changed' }

export function createRefresher(deps: RefreshDependencies): Refresher {
  const underWay = new Map<string, Promise<Renewed>>()
  const saver = createSaver({ ...deps, awoke: (tx, row) => tellThatAwoke(deps, tx, row) })
  const renew = (id: string, version: number): Promise<Renewed> => {
    const running = underWay.get(id)
    if (running !== undefined) return running
    const begun = renewOnce(deps, saver, id, version).finally(() => underWay.delete(id))
    underWay.set(id, begun)
    return begun
  }
  const upkeep = () => refreshDue(deps, renew)
  let stops: (() => void)[] = []
  return {
    renew,
    upkeep,
    async start() {
      await saver.load()
      const { log } = deps
      stops = [
        regularly(saveEveryMs, () => saver.retry(), { log, message: 'new tokens still wait to be written' }),
        regularly(upkeepEveryMs, upkeep, { log, message: 'idle credentials wait' }),
      ]
    },
    async stop() {
      for (const stop of stops) stop()
      await Promise.allSettled(underWay.values())
      await saver.retry().catch(() => undefined)
    },
  }
}

async function refreshDue(
  { db, clock, log }: Pick<RefreshDependencies, 'db' | 'clock' | 'log'>,
  renew: Refresher['renew'],
): Promise<void> {
  const due = await dueRefreshes(db, clock.now())
  for (const { id, version } of due)
    await renew(id, version).catch((error: unknown) =>
      log.warn({ err: error, credential: id }, 'a credential could not be refreshed'),
    )
}

async function renewOnce(
  deps: RefreshDependencies,
  saver: Saver,
  id: string,
  version: number,
): Promise<Renewed> {
  const { db, clock, sleep, replica } = deps
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    const now = clock.now()
    const claimed = await claim(db, { id, version, owner: replica, now })
    if (claimed !== undefined) return spend(deps, saver, claimed)
    const row = await db
      .selectFrom('credentials')
      .select(['version', 'state', 'refresh_retry_at'])
      .where('id', '=', id)
      .executeTakeFirst()
    if (row === undefined || row.version !== version || row.state !== 'active') return changed
    const restsMs = (row.refresh_retry_at?.getTime() ?? 0) - now
    if (restsMs > 0) return { kind: 'later', retryAfterMs: restsMs }
    if (waitedMs >= longestWaitMs) return { kind: 'later', retryAfterMs: 1_000 }
    await sleep(pollMs)
  }
}

async function spend(deps: RefreshDependencies, saver: Saver, claimed: Claim): Promise<Renewed> {
  let place: Place | undefined
  let tokens: TokenSet | undefined
  try {
    place = await placeOf(deps, claimed.row)
    tokens = place && (await ask(deps, place, claimed))
  } catch (error) {
    return failed(deps, claimed, place, error)
  }
  if (place === undefined || tokens === undefined) {
    deps.log.warn({ provider: claimed.row.provider }, 'a credential cannot be refreshed: no client for it')
    return rest(deps, claimed, { ms: unconfiguredMs, isUnspent: !claimed.wasSpent })
  }
  return saver.save(answerOf(deps, claimed, place.provider, tokens))
}

/** Undefined where nothing can be asked. */
async function ask(
  { oauth, opener }: RefreshDependencies,
  place: Place,
  { row }: Claim,
): Promise<TokenSet | undefined> {
  const renewal = renewalOf(row, place.provider)
  const scopes = row.granted_scopes ?? row.asked_scopes
  if (renewal === undefined) return undefined
  if (renewal === 'ask_again') return oauth.clientCredentials(place, scopes)
  const refreshToken = (await opener.field(row, 'refresh_token')) ?? ''
  const accessToken = await opener.field(row, 'access_token')
  return oauth.refresh(place, { refreshToken, accessToken, scopes })
}

async function failed(
  deps: RefreshDependencies,
  claimed: Claim,
  place: Place | undefined,
  error: unknown,
): Promise<Renewed> {
  const { row, wasSpent } = claimed
  const isRefusal = error instanceof ProviderRefusal
  if (isRefusal && error.isFinal && place !== undefined) {
    const isLost = wasSpent && mayRotate(place.provider)
    await giveUp(deps, claimed, place.provider, isLost ? 'answer_lost' : error.code)
    return changed
  }
  const isSilence = error instanceof ProviderSilence
  const isUnspent = !wasSpent && !(isSilence && error.stage === 'sent')
  const retryAfterMs = isSilence ? error.retryAfterMs : undefined
  const ms = backoffMs(row.refresh_failures + 1, { random: deps.random, retryAfterMs })
  const later = await rest(deps, claimed, { ms, isUnspent })
  if (!isRefusal && !isSilence) throw error
  deps.log.warn({ err: error, credential: row.id, provider: row.provider }, 'a refresh failed')
  return later
}

async function rest(
  { db, clock }: RefreshDependencies,
  claimed: Claim,
  { ms, isUnspent }: { ms: number; isUnspent: boolean },
): Promise<Renewed> {
  await postpone(db, claimed, { retryAt: new Date(clock.now() + ms), isUnspent })
  return { kind: 'later', retryAfterMs: ms }
}
