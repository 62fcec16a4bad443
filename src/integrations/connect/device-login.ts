import type { Selectable } from 'kysely'
import type { Tx } from '../../storage/database.ts'
import type { DeviceLoginsTable } from '../../storage/tables/integrations.ts'
import { placeOf } from '../credentials/place-of.ts'
import { integrationErrors } from '../errors.ts'
import {
  ProviderRefusal,
  ProviderSilence,
  type DeviceOutcome,
  type Place,
  type TokenSet,
} from '../oauth/oauth.ts'
import type { Connected, DeviceLogin, DevicePoll, Initiator, Wanted } from './connect.ts'
import { ownCallback, type ConnectDependencies } from './dependencies.ts'
import { endingOf, keepTokens } from './keep-tokens.ts'
import { exchangeRefused, orUnreachable } from './refusals.ts'
import { planOf } from './wanted.ts'

/*
 * A device login (RFC 8628). `next_poll_at` is the pace and the claim in one: whoever moves it on asks the provider, on
 * whichever replica, and nobody else does before it has come.
 *
 *   pending -> connected | denied | expired (by the provider, or the clock)
 */

/** Longer than everything that is asked of a provider at one poll. */
const claimMs = 120_000
/** RFC 8628, 3.5. */
const slowDownS = 5
const maxLive = 20

type DeviceRow = Selectable<DeviceLoginsTable>

/** See `DeviceLogins.begin`. */
export async function beginDevice(
  deps: ConnectDependencies,
  by: Initiator,
  wanted: Wanted,
): Promise<DeviceLogin> {
  await refuseFlood(deps, by)
  const plan = await planOf(deps, by, wanted, { way: 'device', redirectUri: ownCallback(deps) })
  const prompt = await orUnreachable(deps.oauth.beginDevice(plan.place, plan.scopes)).catch(
    (error: unknown) => {
      throw error instanceof ProviderRefusal ? exchangeRefused(error) : error
    },
  )
  const now = deps.clock.now()
  const id = deps.ids('dev')
  const expiresAt = new Date(now + prompt.expiresInS * 1000)
  await deps.db
    .insertInto('device_logins')
    .values({
      id,
      workspace_id: by.workspaceId,
      user_id: by.userId,
      provider: plan.place.provider.id,
      api_token_id: by.tokenId,
      device_code: deps.vault.seal(prompt.deviceCode, deviceCodeOf(id)),
      scopes: [...plan.scopes],
      credential_id: plan.into?.id ?? null,
      tenant: JSON.stringify(plan.place.tenant),
      oauth_client_id: plan.oauthClientId,
      interval_s: prompt.intervalS,
      next_poll_at: new Date(now + prompt.intervalS * 1000),
      created_at: new Date(now),
      expires_at: expiresAt,
    })
    .execute()
  return {
    id,
    userCode: prompt.userCode,
    verificationUri: prompt.verificationUri,
    verificationUriComplete: prompt.verificationUriComplete ?? null,
    intervalS: prompt.intervalS,
    expiresAt,
  }
}

/** See `DeviceLogins.poll`. */
export async function pollDevice(deps: ConnectDependencies, by: Initiator, id: string): Promise<DevicePoll> {
  const row = await findLogin(deps, by, id)
  if (row.expires_at.getTime() <= deps.clock.now()) return end(deps, row, 'expired')
  const until = await claim(deps, row)
  if (until === undefined) return { kind: 'pending', intervalS: row.interval_s }
  const place = await placeOf(deps, { ...row, learned: {} })
  if (place === undefined) throw integrationErrors.oauth_not_configured()
  const outcome = await ask(deps, row, place)
  switch (outcome.kind) {
    case 'pending':
      return wait(deps, row, row.interval_s)
    case 'slow_down':
      return wait(deps, row, row.interval_s + slowDownS)
    case 'approved':
      return { kind: 'connected', connected: await keepLogin(deps, { ...row, until }, place, outcome.tokens) }
    default:
      return end(deps, row, outcome.kind)
  }
}

/** A provider that says nothing is asked again, more slowly (RFC 8628, 3.5). */
async function ask(deps: ConnectDependencies, row: DeviceRow, place: Place): Promise<DeviceOutcome> {
  try {
    return await deps.oauth.pollDevice(place, deps.vault.open(row.device_code, deviceCodeOf(row.id)))
  } catch (error) {
    if (error instanceof ProviderSilence) return { kind: 'slow_down' }
    if (!(error instanceof ProviderRefusal)) throw error
    if (error.isFinal) await end(deps, row, 'denied')
    else await wait(deps, row, row.interval_s)
    throw exchangeRefused(error)
  }
}

/** Its code is spent, so a login that cannot be kept has ended. */
async function keepLogin(
  deps: ConnectDependencies,
  row: DeviceRow & { until: Date },
  place: Place,
  tokens: TokenSet,
): Promise<Connected> {
  const close = async (tx: Tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('device_logins')
      .set({ ended_at: new Date(deps.clock.now()) })
      .where('id', '=', row.id)
      .where('ended_at', 'is', null)
      .where('next_poll_at', '=', row.until)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) throw integrationErrors.device_login_not_found()
  }
  try {
    return await keepTokens(deps, endingOf(row, place), tokens, close)
  } catch (error) {
    await end(deps, row, 'denied')
    throw error
  }
}

/** The caller's, that has not ended. */
async function findLogin({ db }: ConnectDependencies, by: Initiator, id: string): Promise<DeviceRow> {
  const row = await db
    .selectFrom('device_logins')
    .selectAll()
    .where('id', '=', id)
    .where('user_id', '=', by.userId)
    .where('workspace_id', '=', by.workspaceId)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined || row.api_token_id !== by.tokenId) throw integrationErrors.device_login_not_found()
  return row
}

/** Until when nobody else asks; undefined: it is not time yet, or somebody is asking. */
async function claim({ db, clock }: ConnectDependencies, { id }: DeviceRow): Promise<Date | undefined> {
  const until = new Date(clock.now() + claimMs)
  const { numUpdatedRows } = await db
    .updateTable('device_logins')
    .set({ next_poll_at: until })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .where('next_poll_at', '<=', new Date(clock.now()))
    .executeTakeFirst()
  return numUpdatedRows === 0n ? undefined : until
}

async function wait(
  { db, clock }: ConnectDependencies,
  { id }: DeviceRow,
  intervalS: number,
): Promise<DevicePoll> {
  await db
    .updateTable('device_logins')
    .set({ interval_s: intervalS, next_poll_at: new Date(clock.now() + intervalS * 1000) })
    .where('id', '=', id)
    .execute()
  return { kind: 'pending', intervalS }
}

async function end(
  { db, clock }: ConnectDependencies,
  { id }: DeviceRow,
  kind: 'denied' | 'expired',
): Promise<DevicePoll> {
  await db
    .updateTable('device_logins')
    .set({ ended_at: new Date(clock.now()) })
    .where('id', '=', id)
    .execute()
  return { kind }
}

async function refuseFlood({ db, clock }: ConnectDependencies, { userId }: Initiator): Promise<void> {
  const now = clock.now()
  const live = await db
    .selectFrom('device_logins')
    .select('expires_at')
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', new Date(now))
    .orderBy('expires_at')
    .limit(maxLive)
    .execute()
  const [oldest] = live
  if (oldest === undefined || live.length < maxLive) return
  const retryAfter = Math.max(1, Math.ceil((oldest.expires_at.getTime() - now) / 1000))
  throw integrationErrors.too_many_oauth_states({ retryAfter })
}

function deviceCodeOf(id: string) {
  return { table: 'device_logins', row: id, field: 'device_code' }
}
