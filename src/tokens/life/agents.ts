import type { Principal } from '../../identity/principal.ts'
import { tokenErrors } from '../errors.ts'
import type { LifeDependencies } from './life.ts'

export async function disabledAgents({ db }: Pick<LifeDependencies, 'db'>): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('disabled_agents').select('name').execute()
  return new Set(rows.map(({ name }) => name))
}

/** Doing so again changes nothing. */
export async function switchAgent(
  deps: LifeDependencies,
  by: Principal,
  name: string,
  disabled: boolean,
): Promise<void> {
  if (!deps.isAgent(name)) throw tokenErrors.token_agent_unknown()
  const { db, clock, audit } = deps
  await db.transaction().execute(async (tx) => {
    const changed = disabled
      ? await tx
          .insertInto('disabled_agents')
          .values({ name, disabled_at: new Date(clock.now()), disabled_by: by.userId })
          .onConflict((conflict) => conflict.column('name').doNothing())
          .returning('name')
          .executeTakeFirst()
      : await tx.deleteFrom('disabled_agents').where('name', '=', name).returning('name').executeTakeFirst()
    if (changed === undefined) return
    await audit.record(tx, {
      actor: { kind: 'user', id: by.userId },
      action: disabled ? 'agent.disabled' : 'agent.enabled',
      subject: { kind: 'agent', id: name },
    })
  })
}
