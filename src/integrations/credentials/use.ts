import type { Catalogue } from '../catalogue.ts'
import type { Refresher, Renewed } from '../refresh/refresh.ts'
import { ageOf } from '../refresh/refresh-times.ts'
import type { Provider } from '../provider.ts'
import { choose } from './choose.ts'
import { renewalOf, type CredentialRow } from './credential-row.ts'
import type { CredentialUse, Found, Need, OpenCredential } from './credential.ts'
import type { CredentialsDependencies } from './dependencies.ts'
import type { Memory } from './memory.ts'
import type { Opener } from './opener.ts'
import type { Uses } from './uses.ts'

export interface UseDependencies extends Pick<CredentialsDependencies, 'clock' | 'log' | 'allowHosts'> {
  catalogue: Catalogue
  memory: Memory
  opener: Opener
  refresher: Pick<Refresher, 'renew'>
  uses: Pick<Uses, 'note'>
}

/** A token that was renewed so recently is not renewed for a refusal: then something else is refused. */
const youngMs = 30_000
/** How often what was renewed may turn out to be over again. */
const mostRenewals = 2

/** See `CredentialUse`. */
export function createUse(deps: UseDependencies): CredentialUse {
  return {
    find: (need) => find(deps, need),
    async renew(need, rejected) {
      const named = { ...need, credentialId: rejected.id }
      const provider = await deps.catalogue.find(need.provider)
      const row = (await deps.memory.read(need, need.provider)).find(({ id }) => id === rejected.id)
      const isSame = row?.version === rejected.version && row.state === 'active'
      const isYoung = row !== undefined && deps.clock.now() - row.updated_at.getTime() < youngMs
      if (!isSame || isYoung || renewalOf(row, provider) === undefined) return find(deps, named)
      const renewed = await renewRow(deps, row)
      return renewed.kind === 'later' ? unavailable(renewed) : find(deps, named)
    },
    used: (credentialId) => deps.uses.note(credentialId),
  }
}

async function find(deps: UseDependencies, need: Need): Promise<Found> {
  const { memory, catalogue, opener, clock, allowHosts } = deps
  const provider = await catalogue.find(need.provider)
  for (let renewals = 0; ; renewals++) {
    const rows = await memory.read(need, need.provider)
    const isAlive = (row: CredentialRow) =>
      row.state === 'active' && !isOverForGood(row, provider, clock.now())
    const chosen = choose(rows, need, { isAlive, allowHosts })
    if (chosen.kind !== 'chosen') return chosen
    const { row } = chosen
    const age = renewalOf(row, provider) === undefined ? 'fresh' : ageOf(lifeOf(row), clock.now())
    if (age === 'early') renewInPassing(deps, row)
    if (age !== 'over' || renewals === mostRenewals) return found(await opener.open(row, provider))
    const renewed = await renewRow(deps, row)
    if (renewed.kind === 'changed') continue
    const isOver = (row.expires_at?.getTime() ?? 0) <= clock.now()
    return isOver ? unavailable(renewed) : found(await opener.open(row, provider))
  }
}

function found(credential: OpenCredential): Found {
  return { kind: 'found', credential }
}

function unavailable({ retryAfterMs }: Extract<Renewed, { kind: 'later' }>): Found {
  return { kind: 'unavailable', retryAfterMs }
}

/** What comes next is read anew: the signal of our own change may still be on its way. */
async function renewRow({ refresher, memory }: UseDependencies, row: CredentialRow): Promise<Renewed> {
  const renewed = await refresher.renew(row.id, row.version)
  memory.forget(row.user_id)
  return renewed
}

/** Whoever asks now is served with what still counts. */
function renewInPassing(deps: UseDependencies, row: CredentialRow): void {
  const restsUntil = row.refresh_retry_at?.getTime() ?? 0
  if (restsUntil > deps.clock.now()) return
  renewRow(deps, row).catch((error: unknown) =>
    deps.log.warn({ err: error, credential: row.id }, 'a credential could not be refreshed in passing'),
  )
}

function lifeOf(row: CredentialRow) {
  return { since: row.updated_at.getTime(), until: row.expires_at?.getTime() ?? null }
}

function isOverForGood(row: CredentialRow, provider: Provider | undefined, now: number): boolean {
  const isOver = row.expires_at !== null && row.expires_at.getTime() <= now
  return isOver && renewalOf(row, provider) === undefined
}
