import { sql, type Selectable } from 'kysely'
import { hashOf } from '../../lib/hash-of.ts'
import type { Db, Tx } from '../../storage/database.ts'
import type { OAuthStatesTable } from '../../storage/tables/integrations.ts'
import type { Owner } from '../credentials/credential.ts'
import { integrationErrors } from '../errors.ts'
import { newSecret, type ConnectDependencies } from './dependencies.ts'
import type { Plan } from './wanted.ts'

/*
 * A state is claimed before its code is exchanged, so that of two who end it at once one asks the provider, and no
 * transaction waits for that answer.
 *
 *   live -> claimed (120 s) -> used: the code was exchanged or refused
 *                           -> live: the provider did not answer, or the failure was ours; a crash by the clock
 *   live -> expired (600 s)
 */

export type StateRow = Selectable<OAuthStatesTable>

export const lifetimeMs = 600_000
/** Longer than everything that is asked of a provider at the end of a way. */
const claimMs = 120_000
const maxLive = 20
const stateShape = /^[\w-]{43}$/

/** What else a state holds, by the way that it is for. */
export type Binding = Pick<OAuthStatesTable, 'callback_url' | 'return_to' | 'connect_link_hash'> & {
  kind: StateRow['kind']
  api_token_id: string | null
  browser_hash: string | null
  metadata: Readonly<Record<string, unknown>>
}

/** A new one, with PKCE's verifier where the provider takes its challenge. */
export function draw(deps: ConnectDependencies, { place }: Plan) {
  const isBare = place.provider.pkce === 'avoid'
  return { state: newSecret(deps), verifier: isBare ? undefined : newSecret(deps) }
}

/** Throws `too_many_oauth_states` at the 21st live one of a user. */
export async function storeState(
  deps: ConnectDependencies,
  owner: Owner,
  plan: Plan,
  ...[{ state, verifier }, binding]: [ReturnType<typeof draw>, Binding]
): Promise<Date> {
  const { db, vault, clock } = deps
  const hash = hashOf(state)
  const now = clock.now()
  const expiresAt = new Date(now + lifetimeMs)
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`oauth states ${owner.userId}`}, 0))`.execute(
      tx,
    )
    await refuseFlood(tx, owner, now)
    await tx
      .insertInto('oauth_states')
      .values({
        ...binding,
        hash,
        workspace_id: owner.workspaceId,
        user_id: owner.userId,
        provider: plan.place.provider.id,
        scopes: [...plan.scopes],
        verifier: verifier === undefined ? null : vault.seal(verifier, verifierOf(hash)),
        credential_id: plan.into?.id ?? null,
        tenant: JSON.stringify(plan.place.tenant),
        oauth_client_id: plan.oauthClientId,
        metadata: JSON.stringify(binding.metadata),
        created_at: new Date(now),
        expires_at: expiresAt,
      })
      .execute()
  })
  return expiresAt
}

/** Throws where the user has begun as many ways as anybody may. */
export async function refuseFlood(db: Db, { userId }: Owner, now: number): Promise<void> {
  const full = await db
    .selectFrom('oauth_states')
    .select('expires_at')
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .where('expires_at', '>', new Date(now))
    .orderBy('expires_at', 'desc')
    .offset(maxLive - 1)
    .limit(1)
    .executeTakeFirst()
  if (full === undefined) return
  const retryAfter = Math.max(1, Math.ceil((full.expires_at.getTime() - now) / 1000))
  throw integrationErrors.too_many_oauth_states({ retryAfter })
}

/** One that is neither used nor expired, whoever holds it. Throws `oauth_state_invalid`. */
export async function findState({ db, clock }: ConnectDependencies, state: string): Promise<StateRow> {
  const row = stateShape.test(state)
    ? await db
        .selectFrom('oauth_states')
        .selectAll()
        .where('hash', '=', hashOf(state))
        .where('used_at', 'is', null)
        .where('expires_at', '>', new Date(clock.now()))
        .executeTakeFirst()
    : undefined
  if (row === undefined) throw integrationErrors.oauth_state_invalid()
  return row
}

/** A state that nobody else can end before `until`. */
export interface ClaimedState extends StateRow {
  until: Date
}

/** Throws `oauth_state_invalid`, also where somebody else is ending it. */
export async function claim({ db, clock }: ConnectDependencies, { hash }: StateRow): Promise<ClaimedState> {
  const now = new Date(clock.now())
  const until = new Date(clock.now() + claimMs)
  const row = await db
    .updateTable('oauth_states')
    .set({ claimed_until: until })
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .where((where) => where.or([where('claimed_until', 'is', null), where('claimed_until', '<=', now)]))
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) throw integrationErrors.oauth_state_invalid()
  return { ...row, until }
}

/** Lets it be tried again. */
export async function release(db: Db, { hash, until }: ClaimedState): Promise<void> {
  await db
    .updateTable('oauth_states')
    .set({ claimed_until: null })
    .where('hash', '=', hash)
    .where('claimed_until', '=', until)
    .execute()
}

/** Throws `oauth_state_invalid` where the claim was overtaken. */
export async function useUp(db: Db | Tx, { hash, until }: ClaimedState, now: number): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('oauth_states')
    .set({ used_at: new Date(now) })
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .where('claimed_until', '=', until)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw integrationErrors.oauth_state_invalid()
}

export function openVerifier(
  { vault }: ConnectDependencies,
  { hash, verifier }: StateRow,
): string | undefined {
  return verifier === null ? undefined : vault.open(verifier, verifierOf(hash))
}

function verifierOf(hash: string) {
  return { table: 'oauth_states', row: hash, field: 'verifier' }
}
