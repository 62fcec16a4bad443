import type { CredentialRow } from './credential-row.ts'
import { recordCredential } from './credential-events.ts'
import type { OpenCredential, OpenSecret } from './credential.ts'
import { credentialOf } from './credential-row.ts'
import type { CredentialsDependencies } from './dependencies.ts'
import { openField, openSecret, type SecretField } from './sealed-fields.ts'
import type { Provider } from '../provider.ts'

/** Opens what is sealed, and records where that is refused: a text that was changed, cut or moved is an attack. */
export interface Opener {
  /** Throws `sealed_value_refused`. */
  open(row: CredentialRow, provider: Provider | undefined): Promise<OpenCredential>
  /** Throws `sealed_value_refused`. */
  field(row: CredentialRow, field: SecretField): Promise<string | undefined>
}

type Dependencies = Pick<CredentialsDependencies, 'db' | 'vault' | 'audit' | 'clock' | 'log'>

/** How many refused versions are remembered, so that what is asked for again and again is recorded once. */
const mostRemembered = 1_000

/**
 * The row is left as it is: the fault may be a replica without the newest master key, and then what does not open
 * here is sound.
 */
export function createOpener({ db, vault, audit, clock, log }: Dependencies): Opener {
  const recorded = new Set<string>()
  // For as long as the row is remembered, a minute at most: the master key lies in the same memory, so opening it again
  // for each request would protect nothing and cost more than all the rest.
  const opened = new WeakMap<CredentialRow, OpenSecret>()
  const secretOf = (row: CredentialRow) => {
    const secret = opened.get(row) ?? openSecret(vault, row)
    opened.set(row, secret)
    return secret
  }
  const recording = async (row: CredentialRow, error: unknown) => {
    log.error({ err: error, credential: row.id }, 'a sealed secret was refused')
    const version = `${row.id} ${row.version}`
    if (recorded.has(version) || recorded.size >= mostRemembered) return
    recorded.add(version)
    const { id, workspace_id: workspaceId, user_id: userId, provider, type } = row
    await db
      .transaction()
      .execute((tx) =>
        recordCredential(
          audit,
          tx,
          'refused',
          { id, workspaceId, userId, provider, type },
          { kind: 'system' },
        ),
      )
      .catch((trouble: unknown) => {
        recorded.delete(version)
        log.error({ err: trouble, credential: row.id }, 'a refused secret could not be recorded')
      })
  }
  const guarded = async <T>(row: CredentialRow, read: () => T): Promise<T> => {
    try {
      return read()
    } catch (error) {
      await recording(row, error)
      throw error
    }
  }
  return {
    open: (row, provider) =>
      guarded(row, () => ({
        ...credentialOf(row, provider, clock.now()),
        version: row.version,
        learned: row.learned,
        secret: secretOf(row),
      })),
    field: (row, field) => guarded(row, () => openField(vault, row, field)),
  }
}
