import type { Delivery } from '../delivery/delivery.ts'
import type { Catalogue, Credential, CredentialNews } from '../integrations/integrations.ts'
import type { Clock } from '../lib/clock.ts'
import type { NewId } from '../lib/ids.ts'
import type { Asker } from '../proxy/proxy.ts'
import { afterCommit } from '../storage/after-commit.ts'
import type { Tx } from '../storage/database.ts'
import { createAsker, reconnecting } from './ask-person.ts'
import { wayToConnect, type ConnectLinkDependencies } from './connect-link.ts'
import { tellIn, type PlaceDependencies } from './private-places.ts'
import { createShownLinks, type ShownLinks } from './shown-links.ts'
import { accountAt, labelOf, linked, texts } from './texts.ts'

export interface NoticeDependencies extends PlaceDependencies, ConnectLinkDependencies {
  delivery: Pick<Delivery, 'post'>
  catalogue: Pick<Catalogue, 'find'>
  clock: Clock
  newId: NewId
}

/** What people are told and asked of their credentials: in their private chats, never in a group. */
export interface CredentialNotices {
  asker: Asker
  news: CredentialNews
}

export function createCredentialNotices(deps: NoticeDependencies): CredentialNotices {
  const shown = createShownLinks(deps.clock)
  return {
    asker: createAsker(deps, shown),
    news: {
      async connected(tx, credential) {
        const { userId, provider } = credential
        await afterCommit(tx, () => shown.forget({ userId, provider }))
        await tell(deps, tx, credential, texts.serviceConnected(await nameOf(deps, credential)))
      },
      reconnectRequired: (tx, credential) => tellToReconnect(deps, shown, tx, credential),
      async removed(tx, credential) {
        await tell(deps, tx, credential, texts.serviceRemoved(await nameOf(deps, credential)))
      },
      async revocationFailed(tx, owner, { provider, account, title, manageUrl }) {
        const service = (await deps.catalogue.find(provider))?.name ?? provider
        const text = texts.notTakenBack(accountAt(service, account ?? title), linked(manageUrl))
        await tell(deps, tx, owner, text)
      },
    },
  }
}

/** With a link of its own; whose request met the dead credential finds it shown. */
async function tellToReconnect(
  deps: NoticeDependencies,
  shown: ShownLinks,
  tx: Tx,
  credential: Credential,
): Promise<void> {
  const { id, workspaceId, userId } = credential
  const provider = await deps.catalogue.find(credential.provider)
  if (provider === undefined) return
  const way = await wayToConnect(deps, tx, provider, {
    workspaceId,
    userId,
    credentialId: id,
    connectionId: null,
    turnId: null,
    agent: null,
  })
  const place = { userId, provider: provider.id, purpose: reconnecting(id) }
  await afterCommit(tx, () => shown.set(place, way.url))
  await tell(deps, tx, credential, texts.reconnectService(await nameOf(deps, credential), way.text))
}

async function nameOf({ catalogue }: NoticeDependencies, credential: Credential): Promise<string> {
  const provider = await catalogue.find(credential.provider)
  return accountAt(provider?.name ?? credential.provider, labelOf(credential))
}

/** Each change is told once, for it is told in the transaction that makes it. */
async function tell(
  { linking, delivery, newId }: NoticeDependencies,
  tx: Tx,
  { userId }: Pick<Credential, 'userId'>,
  text: string,
): Promise<void> {
  const chats = await linking.privateChatsOf(tx, userId)
  await tellIn(delivery, tx, chats, { text, key: `credential/${newId('evt')}` })
}
