import { Counter, type Registry } from 'prom-client'
import { createAgents } from '../agents/catalogue.ts'
import { createAttachments, createFileStore, keepFilesTidy } from '../attachments/attachments.ts'
import { createConversations, createTurnEvents } from '../conversations/conversations.ts'
import { createDelivery, keepOutboxesTidy, keptFiles, tellThrough } from '../delivery/delivery.ts'
import type { Identity } from '../identity/identity.ts'
import type { Doors } from './doors.ts'
import type { Foundation } from './foundation.ts'
import { lendKeys } from './keys.ts'
import { busyRulesOf, canConnect, grantLimitsOf, publicUrlOf } from './from-config.ts'

/** Agents, what goes out to platforms, and the conversations between the two. */
export async function converse(foundation: Foundation, doors: Doors) {
  const { config, log, overrides = {} } = foundation.options
  const { identity, webhooks, registry, stops, fetch, sleep, ids } = foundation
  const findChannel = (name: string) => doors.definitions.find((definition) => definition.name === name)
  const attachments = await openAttachments(foundation)
  const delivery = createDelivery({
    ...foundation,
    log,
    findChannel,
    readTurn: createTurnEvents(foundation),
    files: keptFiles(attachments),
    tellFailure: tellThrough(webhooks),
  })
  stops.push(keepOutboxesTidy({ delivery, log }))
  const keys = await lendKeys(foundation, doors, delivery)
  const agents = createAgents(config.agents, { fetch, sleep })
  const conversations = createConversations({
    ...foundation,
    ...doors,
    ...keys,
    delivery,
    attachments,
    newId: ids,
    log,
    product: config.productName,
    publicUrl: publicUrlOf(config),
    unbound: config.linking.unbound,
    canConnect: (name) => canConnect(config, name),
    agent: (name) => overrides.agents?.get(name) ?? agents.get(name),
    isDisabled: (name) => foundation.tokens.isBarred('agent', name),
    busyRules: (name) => busyRulesOf(config, name),
    grantLimits: (name) => grantLimitsOf(config, name),
    hasReplyWindow: (name) => findChannel(name)?.abilities.replyWindow !== undefined,
    count: countInbound(registry),
    announcer: webhooks,
    ...(config.auth.mode.kind === 'disabled' ? { everybody: () => localOwner(identity) } : {}),
  })
  stops.push(() => conversations.stop())
  const isAgent = (name: string) => overrides.agents?.has(name) === true || agents.has(name)
  return { conversations, delivery, attachments, keys, isAgent }
}

/** Files of people, and what deletes those that belong to nothing any more. */
async function openAttachments({ options, db, stops, clock, ids, fetch }: Foundation) {
  const { config, secrets, log } = options
  const { dataDir, files } = config
  const attachments = createAttachments({
    db,
    ids,
    clock,
    publicUrl: publicUrlOf(config),
    store: await createFileStore(files, { dataDir, fetch, clock }),
    secret: secrets.derive('files'),
  })
  stops.push(keepFilesTidy({ attachments, log }))
  return attachments
}

/** Everybody's owner where authentication is disabled. */
async function localOwner(identity: Identity) {
  const principal = await identity.authenticate({})
  if (principal === undefined) throw new Error('There is no local user.')
  const { userId: id, name, email, workspaceId } = principal
  return { user: { id, name, email }, workspaceId, connectionId: null }
}

function countInbound(registry: Registry) {
  const inbound = new Counter({
    name: 'portico_inbound_total',
    help: 'Accepted messages by how they ended',
    labelNames: ['outcome'],
    registers: [registry],
  })
  return (outcome: string) => inbound.inc({ outcome })
}
