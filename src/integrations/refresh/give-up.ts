import { announceCredential, recordCredential } from '../credentials/credential-events.ts'
import { credentialOf, type CredentialRow } from '../credentials/credential-row.ts'
import type { CredentialsDependencies } from '../credentials/dependencies.ts'
import type { Tx } from '../../storage/database.ts'
import type { Provider } from '../provider.ts'
import { settled } from './answer.ts'
import type { Claim } from './claim.ts'

type Dependencies = Pick<
  CredentialsDependencies,
  'db' | 'clock' | 'audit' | 'announcer' | 'news' | 'catalogue'
>

/**
 * The provider will never take this refresh token again: the person must connect anew, and is told so now. Nothing
 * happens where its tokens have changed, or somebody else is trying: then theirs is the last word.
 */
export function giveUp(
  { db, clock, audit, announcer, news }: Dependencies,
  { row: { id, version }, fence }: Claim,
  provider: Provider,
  reason: string,
): Promise<void> {
  return db.transaction().execute(async (tx) => {
    const row = await tx
      .updateTable('credentials')
      .set({ state: 'reconnect_required', state_reason: reason, refresh_due_at: null, ...settled })
      .where('id', '=', id)
      .where('version', '=', version)
      .where('refresh_fence', '=', fence)
      .where('state', '=', 'active')
      .returningAll()
      .executeTakeFirst()
    if (row === undefined) return
    const credential = credentialOf(row, provider, clock.now())
    await news.reconnectRequired(tx, credential)
    await announceCredential(announcer, tx, 'credential.reconnect_required', credential)
    await recordCredential(audit, tx, 'reconnect_required', credential, { kind: 'system' }, { reason })
  })
}

/** An answer came late, and the credential lives: whoever was told that it is dead is told so. */
export async function tellThatAwoke(
  { clock, audit, announcer, news, catalogue }: Dependencies,
  tx: Tx,
  row: CredentialRow,
): Promise<void> {
  const credential = credentialOf(row, await catalogue.find(row.provider), clock.now())
  await news.connected(tx, credential)
  await announceCredential(announcer, tx, 'credential.connected', credential)
  await recordCredential(
    audit,
    tx,
    'connected',
    credential,
    { kind: 'system' },
    {
      was_known: true,
      scopes: credential.grantedScopes ?? credential.askedScopes,
    },
  )
}
