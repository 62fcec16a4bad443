import { sql } from 'kysely'
import { defaultWorkspace, insertUser, join, type AdmissionDependencies } from './admission.ts'
import { findPrincipal, placeholderEmail } from './principals.ts'
import type { Principal } from './principal.ts'

const localUserId = 'default'

/** The one administrator of `disabled` mode, made when first asked for. */
export async function localPrincipal(deps: AdmissionDependencies): Promise<Principal> {
  return (await find(deps)) ?? create(deps)
}

async function find({ db, clock }: AdmissionDependencies): Promise<Principal | undefined> {
  const proof = sql`select id as user_id from users where id = ${localUserId}`
  return findPrincipal(db, 'local', proof, clock.now())
}

async function create(deps: AdmissionDependencies): Promise<Principal> {
  await deps.db.transaction().execute(async (tx) => {
    const workspaceId = await defaultWorkspace(deps, tx)
    const known = await tx.selectFrom('users').select('id').where('id', '=', localUserId).executeTakeFirst()
    if (known !== undefined) return
    const user = { id: localUserId, name: 'Local user', email: placeholderEmail(localUserId) }
    await insertUser(tx, { ...user, role: 'admin' })
    await join(tx, workspaceId, localUserId, 'admin')
    await deps.audit.record(tx, {
      actor: { kind: 'system' },
      workspaceId,
      action: 'user.joined',
      subject: { kind: 'user', id: localUserId },
      detail: { by: 'disabled authentication', role: 'admin' },
    })
  })
  const principal = await find(deps)
  if (principal === undefined) throw new Error('The local user is not in the database.')
  return principal
}
