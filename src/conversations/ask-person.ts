import type { Asker, ConnectAsk, PendingApproval, ProxyCaller } from '../proxy/proxy.ts'
import { pageOf, wayToConnect } from './connect-link.ts'
import type { NoticeDependencies } from './credential-notices.ts'
import { privatePlaces, tellIn } from './private-places.ts'
import type { ShownLinks } from './shown-links.ts'
import { accountAt, literally, texts } from './texts.ts'

/** Asks people in private for what an agent's request waits for. Nobody asks a guest: their turns have no grant. */
export function createAsker(deps: NoticeDependencies, shown: ShownLinks): Asker {
  return {
    async toConnect(caller, ask) {
      const { userId } = caller
      const place = { userId, provider: ask.provider, purpose: purposeOf(caller, ask) }
      return { connectUrl: await shown.get(place, () => showLink(deps, caller, ask, place.purpose)) }
    },
    toApprove: (caller, approval) => showApproval(deps, caller, approval),
  }
}

/**
 * What a link is for: once per turn and what it lacks. That an account has to be connected again is told once whoever
 * notices, so that it is no matter of the turn.
 */
function purposeOf(caller: ProxyCaller, { reason, credentialId, missingScopes }: ConnectAsk): string {
  if (reason === 'reconnect_required' && credentialId !== null) return reconnecting(credentialId)
  return [originOf(caller), credentialId ?? 'new', ...missingScopes.toSorted()].join(' ')
}

export function reconnecting(credentialId: string): string {
  return `reconnect ${credentialId}`
}

/** A program that has no turn may ask for ever. */
function originOf({ turn, tokenId }: ProxyCaller): string {
  return turn?.id ?? `token ${tokenId ?? ''}`
}

async function showLink(
  deps: NoticeDependencies,
  caller: ProxyCaller,
  { provider: id, missingScopes, credentialId, reason }: ConnectAsk,
  purpose: string,
): Promise<string> {
  const { workspaceId, userId, agent } = caller
  const turnId = caller.turn?.id ?? null
  const provider = await deps.catalogue.find(id)
  if (provider === undefined) return pageOf(deps)
  const { chats, connectionId } = await privatePlaces(deps, userId, turnId)
  const today = new Date(deps.clock.now()).toISOString().slice(0, 10)
  const request = {
    workspaceId,
    userId,
    turnId,
    agent,
    connectionId,
    ...(missingScopes.length > 0 && { scopes: missingScopes }),
    ...(credentialId !== null && { credentialId }),
  }
  return deps.db.transaction().execute(async (tx) => {
    const way = await wayToConnect(deps, tx, provider, request)
    const scopes = missingScopes.map((scope) => literally(provider.scope_labels?.[scope] ?? scope))
    const text =
      reason === 'reconnect_required'
        ? texts.reconnectService(accountAt(provider.name, null), way.text)
        : texts.serviceNeeded(whoIs(caller), provider.name, credentialId === null ? [] : scopes, way.text)
    const key = ['connect', id, originOf(caller), turnId === null ? today : '', purpose].join('/')
    await tellIn(deps.delivery, tx, chats, { text, key })
    return way.url
  })
}

async function showApproval(
  { db, linking, delivery, clock }: NoticeDependencies,
  caller: ProxyCaller,
  { id, code, providerName, account, method, host, path, bodyPreview, expiresAt }: PendingApproval,
): Promise<void> {
  const { chats } = await privatePlaces({ db, linking }, caller.userId, caller.turn?.id ?? null)
  const minutes = Math.max(1, Math.round((expiresAt.getTime() - clock.now()) / 60_000))
  const text = texts.mayIUse(
    whoIs(caller),
    accountAt(providerName, account),
    `${method} ${host}${path}`,
    bodyPreview,
    effects[method] ?? effects.POST,
    minutes,
  )
  const buttons = [
    { label: 'Approve', value: `/approve ${code}` },
    { label: 'Deny', value: `/deny ${code}` },
  ]
  await db
    .transaction()
    .execute((tx) => tellIn(delivery, tx, chats, { text, key: `approval/${id}`, buttons }))
}

const effects: Readonly<Record<string, string>> & { POST: string } = {
  GET: 'It reads what is there.',
  HEAD: 'It reads what is there.',
  POST: 'It may create or change something there.',
  PUT: 'It may replace something there.',
  PATCH: 'It may change something there.',
  DELETE: 'It may delete something there.',
}

function whoIs({ agent, turn }: ProxyCaller): string {
  return `The ${turn === null ? 'program' : 'agent'} **${literally(agent)}**`
}
