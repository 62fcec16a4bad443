import { randomBytes } from 'node:crypto'
import { createBots } from '../channels/bots.ts'
import { keepMemoryTidy } from '../channels/bot-memory.ts'
import { catalogue } from '../channels/catalogue.ts'
import type { ChannelDefinition } from '../channels/channel.ts'
import { createGroupAdministrators } from '../channels/group-administrators.ts'
import { createIdleChannels } from '../channels/idle-channels.ts'
import { createPlaygroundPlatform } from '../channels/playground/platform.ts'
import { createPlaygroundChannel } from '../channels/playground/playground.ts'
import { stopTurnsOf } from '../conversations/conversations.ts'
import { createLinking, type Linking } from '../linking/linking.ts'
import { createSponsorships, keepUsageTidy } from '../sponsorships/sponsorships.ts'
import type { Tx } from '../storage/database.ts'
import type { Foundation } from './foundation.ts'

/** Platforms, bots, and who the people on them are. */
export type Doors = ReturnType<typeof hangDoors>

export function hangDoors(foundation: Foundation) {
  const { db, ids, clock, audit, vault, signals, webhooks, identity, stops, sleep, fetch } = foundation
  const { config, log, overrides = {} } = foundation.options
  const platform = createPlaygroundPlatform({ db, signals })
  const definitions = merge([...catalogue, createPlaygroundChannel(platform)], overrides.channels ?? [])
  const homeWorkspace = (tx: Tx) => identity.homeWorkspace(tx)
  const bots = createBots({ vault, ids, signals, audit, channels: definitions, homeWorkspace })
  stops.push(keepMemoryTidy({ db, log }))
  const linking = createLinking({
    db,
    ids,
    clock,
    audit,
    announcer: webhooks,
    random: randomBytes,
    approval: config.linking.approval,
    stopTurns: (tx, ended) => stopTurnsOf(signals, tx, ended),
  })
  const dependencies = { fetch, now: () => clock.now(), sleep }
  const openChannel = createIdleChannels({ db, bots, catalogue: definitions, dependencies })
  stops.push(keepUsageTidy({ db, log }))
  const sponsorships = createSponsorships({
    db,
    ids,
    clock,
    audit,
    askAdministrator: createGroupAdministrators(openChannel),
    accountsOf: (userId, channel) => liveAccounts(linking, userId, channel),
  })
  return { platform, definitions, homeWorkspace, bots, linking, dependencies, openChannel, sponsorships }
}

function merge(usual: readonly ChannelDefinition[], others: readonly ChannelDefinition[]) {
  return [...usual.filter(({ name }) => !others.some((other) => other.name === name)), ...others]
}

/** Under which ids a user is known on a channel. */
async function liveAccounts(linking: Linking, userId: string, channel: string): Promise<string[]> {
  const connections = await linking.list(userId)
  const live = connections.filter((one) => one.channel === channel && one.status === 'connected')
  return live.map(({ externalId }) => externalId)
}
