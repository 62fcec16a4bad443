import type { Delivery } from '../delivery/delivery.ts'
import type { Catalogue, Credential, Credentials, Revocation } from '../integrations/integrations.ts'
import type { Clock } from '../lib/clock.ts'
import { GatewayError } from '../lib/errors.ts'
import type { Linking } from '../linking/linking.ts'
import type { UseApprovals } from '../proxy/proxy.ts'
import type { Tx } from '../storage/database.ts'
import { ago } from './ago.ts'
import type { ConnectingCommand } from './commands.ts'
import { pageOf, wayToConnect, type ConnectLinkDependencies } from './connect-link.ts'
import { namedProvider } from './named-provider.ts'
import type { CommandRequest } from './obey.ts'
import type { Owner } from './owner.ts'
import { tellIn, type PlaceDependencies } from './private-places.ts'
import { accountAt, isPrivate, labelOf, linked, texts } from './texts.ts'

export interface ConnectingDependencies extends ConnectLinkDependencies, PlaceDependencies {
  linking: Pick<Linking, 'privateChatsOf' | 'revokeFromChat'>
  delivery: Pick<Delivery, 'post'>
  clock: Clock
  catalogue: Catalogue
  credentials: Pick<Credentials, 'list' | 'remove'>
  useApprovals: Pick<UseApprovals, 'decide'>
}

type Request = CommandRequest & { owner: Owner }

/** What is answered, and done, in the transaction that ends the command. */
type Reply = (tx: Tx) => Promise<string>

/**
 * The commands about what is connected. Whatever needs a provider is done before the transaction is open. What they say
 * of accounts is for private chats: in a group, one sentence says so.
 */
export async function prepareConnecting(
  deps: ConnectingDependencies,
  request: Request,
  name: ConnectingCommand,
): Promise<Reply> {
  const { command, inbound } = request
  const isBare = command.argument === ''
  if (name === 'connect' && isBare) return say(texts.codeMissing)
  if (!isPrivate(inbound))
    return name === 'connect' ? connectFromGroup(deps, request) : say(texts.privateOnly)
  switch (name) {
    case 'connect':
      return connect(deps, request)
    case 'disconnect':
      return isBare ? disconnectChat(deps, request) : say(await disconnect(deps, request))
    case 'connections':
      return say(await listed(deps, request.owner))
    case 'approve':
    case 'deny':
      return isBare ? say(texts.approvalCodeMissing) : decide(deps, request, name)
  }
}

function say(text: string): Reply {
  return async () => text
}

async function listed(deps: ConnectingDependencies, owner: Owner): Promise<string> {
  const credentials = await deps.credentials.list(keeperOf(owner))
  if (credentials.length === 0) return texts.noServices(pageOf(deps))
  const lines = credentials.map(async (credential) => {
    const { provider, status, lastUsedAt } = credential
    const account = accountAt((await deps.catalogue.find(provider))?.name ?? provider, labelOf(credential))
    const used = lastUsedAt === null ? undefined : ago(deps.clock.now() - lastUsedAt.getTime())
    return texts.service(account, texts.serviceStates[status], used, commandToEnd(credential, credentials))
  })
  return texts.servicesLent(await Promise.all(lines))
}

async function connect(deps: ConnectingDependencies, request: Request): Promise<Reply> {
  const named = await namedProvider(deps.catalogue, request.command.argument)
  if (named.kind === 'unknown')
    return say(texts.serviceUnknown(request.command.argument.slice(0, 60), named.nearest, pageOf(deps)))
  const { provider } = named
  const keeper = keeperOf(request.owner)
  const [dead] = (await deps.credentials.list(keeper, provider.id)).filter(isDead)
  const link = {
    ...keeper,
    connectionId: request.owner.connectionId,
    turnId: null,
    agent: null,
    ...(dead !== undefined && { credentialId: dead.id }),
  }
  return async (tx) => (await wayToConnect(deps, tx, provider, link)).text
}

/** The link goes to the private chats that there are. */
async function connectFromGroup(deps: ConnectingDependencies, request: Request): Promise<Reply> {
  const { bot, inbound, owner } = request
  const reply = await connect(deps, request)
  return async (tx) => {
    const chats = await deps.linking.privateChatsOf(tx, owner.user.id)
    if (chats.length === 0) return texts.privateOnly
    await tellIn(deps.delivery, tx, chats, { text: await reply(tx), key: `${bot.id}/${inbound.key}/private` })
    return texts.connectInPrivate
  }
}

async function disconnect(deps: ConnectingDependencies, request: Request): Promise<string> {
  const { owner } = request
  const { named, word, account } = await namedAccount(deps.catalogue, request.command.argument)
  const keeper = keeperOf(owner)
  // One whose service is in the catalogue no longer can still be ended.
  const { id: provider, name: service } = named.kind === 'found' ? named.provider : { id: word, name: word }
  const credentials = await deps.credentials.list(keeper, provider)
  if (named.kind === 'unknown' && credentials.length === 0)
    return texts.serviceUnknown(word.slice(0, 60), named.nearest, pageOf(deps))
  const meant = credentials.filter((one) => account === '' || isCalled(one, account))
  const [credential] = meant
  if (credential === undefined) return texts.serviceNotConnected(service)
  if (meant.length > 1) return texts.whichAccount(meant.map((one) => commandToEnd(one, credentials)))
  try {
    const by = { kind: 'user', id: owner.user.id } as const
    const { revocation } = await deps.credentials.remove(keeper, by, { id: credential.id, provider })
    return receiptOf(service, revocation)
  } catch (error) {
    // Somebody was faster.
    if (error instanceof GatewayError && error.code === 'credential_not_found')
      return texts.serviceNotConnected(service)
    throw error
  }
}

/** A service, and which of the accounts there. */
async function namedAccount(catalogue: Catalogue, argument: string) {
  const whole = await namedProvider(catalogue, argument)
  if (whole.kind === 'found') return { named: whole, word: argument, account: '' }
  const [word = '', ...rest] = argument.split(/\s+/)
  return { named: await namedProvider(catalogue, word), word, account: rest.join(' ').toLowerCase() }
}

function disconnectChat({ linking }: ConnectingDependencies, { owner }: Request): Reply {
  return async (tx) => {
    if (owner.connectionId === null) return texts.everybodyIsConnected
    await linking.revokeFromChat(tx, owner.connectionId)
    return texts.disconnected
  }
}

function receiptOf(service: string, { state, manageUrl }: Revocation): string {
  return texts.takenBack[state](service, linked(manageUrl))
}

function decide(
  { useApprovals }: ConnectingDependencies,
  { command, owner }: Request,
  decision: 'approve' | 'deny',
): Reply {
  const code = command.argument
  return async (tx) => {
    const decided = await useApprovals.decide(tx, { userId: owner.user.id, decision, in: 'chat', code })
    if (decided === undefined) return texts.nothingToApprove
    const request = `${decided.method} ${decided.host}${decided.path}`
    return decision === 'approve' ? texts.useApproved(request) : texts.useDenied(request)
  }
}

function keeperOf({ user, workspaceId }: Owner) {
  return { workspaceId, userId: user.id }
}

function isDead({ type, status }: Credential): boolean {
  return type === 'oauth2' && status !== 'active'
}

/** What to send to end it: by the name of the account where there are several and that tells them apart. */
function commandToEnd(credential: Credential, all: readonly Credential[]): string {
  const { id, provider } = credential
  const same = all.filter((one) => one.provider === provider)
  if (same.length === 1) return `/disconnect ${provider}`
  const name = labelOf(credential)
  const isUnique = same.filter((one) => isCalled(one, name.toLowerCase())).length === 1
  return `/disconnect ${provider} ${isUnique ? name : id}`
}

function isCalled(credential: Credential, name: string): boolean {
  return credential.id.toLowerCase() === name || labelOf(credential).toLowerCase() === name
}
