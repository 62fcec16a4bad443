import { sql } from 'kysely'
import type { Db, Tx } from '../../storage/database.ts'
import type { CredentialRow } from '../credentials/credential-row.ts'
import { sealFields } from '../credentials/sealed-fields.ts'
import type { TokenSet } from '../oauth/oauth.ts'
import type { Provider } from '../provider.ts'
import { unionOf } from '../scopes.ts'
import type { CredentialsDependencies } from '../credentials/dependencies.ts'
import type { Claim } from './claim.ts'
import { idleRefreshAt } from './refresh-times.ts'

/** New tokens on their way into the row, sealed for it. As JSON it may lie in a file. */
export interface Answer {
  id: string
  /** Of the claim by which it was asked for, and of the tokens that were spent for it. */
  fence: number
  version: number
  access_token: string
  /** Null: the old one stays. */
  refresh_token: string | null
  expires_at: string | null
  refresh_expires_at: string | null
  granted_scopes: string[] | null
  learned: Readonly<Record<string, string>>
  refresh_due_at: string | null
  at: string
  /** What is needed to take the tokens back, should the credential be gone. */
  origin: AnswerOrigin
}

export interface AnswerOrigin {
  workspace_id: string
  user_id: string
  provider: string
  title: string
  account_label: string | null
  tenant: Readonly<Record<string, string>>
  oauth_client_id: string | null
}

export function answerOf(
  { vault, random, clock }: Pick<CredentialsDependencies, 'vault' | 'random' | 'clock'>,
  { row, fence }: Claim,
  provider: Provider,
  tokens: TokenSet,
): Answer {
  const now = clock.now()
  const { accessToken, refreshToken, refreshExpiresAt, scopes } = tokens
  const sealed = sealFields(vault, row.id, {
    access_token: accessToken,
    refresh_token: refreshToken ?? null,
  })
  const endOf = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString())
  const isIdle = refreshToken !== undefined || row.refresh_token !== null
  const due = isIdle ? idleRefreshAt(provider, { now, refreshExpiresAt, random }) : null
  const { workspace_id, user_id, title, account_label, tenant, oauth_client_id } = row
  return {
    id: row.id,
    fence,
    version: row.version,
    access_token: sealed.access_token ?? '',
    refresh_token: sealed.refresh_token ?? null,
    expires_at: endOf(tokens.expiresAt),
    refresh_expires_at: endOf(refreshExpiresAt),
    granted_scopes: scopes === undefined ? null : unionOf(scopes),
    learned: { ...row.learned, ...tokens.learned },
    refresh_due_at: due?.toISOString() ?? null,
    at: new Date(now).toISOString(),
    origin: { workspace_id, user_id, provider: row.provider, title, account_label, tenant, oauth_client_id },
  }
}

/** Takes tokens back at the provider that belong to no credential any more. */
export type TakeBack = (tx: Tx, answer: Answer) => Promise<void>

/** Tells that a credential of which people were told that it is dead lives. */
export type Awoke = (tx: Tx, row: CredentialRow) => Promise<void>

/**
 * Writes new tokens before anybody gets them. They count if nobody has claimed the credential since, or if its tokens
 * are still those that were spent for them: then they are the newest there are, however late they come, and the only
 * ones that live where refresh tokens work once (docs/decisions/0017). They also wake a credential that was given up
 * for their want.
 */
export async function writeAnswer(
  { db, takeBack, awoke }: { db: Db; takeBack: TakeBack; awoke: Awoke },
  answer: Answer,
): Promise<'written' | 'overtaken' | 'gone'> {
  return db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('credentials')
      .select(['version', 'refresh_fence', 'state'])
      .where('id', '=', answer.id)
      .forUpdate()
      .executeTakeFirst()
    if (row === undefined) {
      await takeBack(tx, answer)
      return 'gone'
    }
    const isLast = row.refresh_fence === answer.fence
    if (!isLast && row.version !== answer.version) return 'overtaken'
    const written = await tx
      .updateTable('credentials')
      .set({
        ...columnsOf(answer),
        // Written once; whoever claimed it since may still answer.
        ...(isLast && { refresh_fence: sql`refresh_fence + 1` }),
      })
      .where('id', '=', answer.id)
      .returningAll()
      .executeTakeFirstOrThrow()
    if (row.state === 'reconnect_required') await awoke(tx, written)
    return 'written'
  })
}

function columnsOf({ granted_scopes, refresh_token, refresh_expires_at, learned, at, ...answer }: Answer) {
  return {
    access_token: answer.access_token,
    ...(refresh_token !== null && { refresh_token, refresh_expires_at }),
    ...(granted_scopes !== null && { granted_scopes }),
    learned: JSON.stringify(learned),
    expires_at: answer.expires_at,
    refresh_due_at: answer.refresh_due_at,
    version: sql<number>`version + 1`,
    state: 'active' as const,
    state_reason: null,
    ...settled,
    updated_at: at,
  }
}

/** Of a credential whose refresh token nobody is spending. */
export const settled = {
  refresh_owner: null,
  refresh_until: null,
  refresh_spent_at: null,
  refresh_failures: 0,
  refresh_retry_at: null,
}
