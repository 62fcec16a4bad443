import { createAudit } from '../../audit/audit.ts'
import type { Clock } from '../../lib/clock.ts'
import type { NewId } from '../../lib/ids.ts'
import type { Db } from '../../storage/database.ts'
import { createBotKeys, type BotKeys, type Identity } from '../identity.ts'

/** Bot keys of a house with one agent and three channels. */
export function createTestBotKeys(house: {
  db: Db
  ids: NewId
  clock: Clock
  identity: Pick<Identity, 'homeWorkspace' | 'mode'>
  environmentKey?: string
}): BotKeys {
  return createBotKeys({
    ...house,
    audit: createAudit(house),
    environmentKey: house.environmentKey,
    productName: 'Portico',
    isOpen: house.identity.mode === 'disabled',
    isAgent: (name) => name === 'default',
    isChannel: (name) => ['telegram', 'slack', 'discord'].includes(name),
    homeWorkspace: (tx) => house.identity.homeWorkspace(tx),
  })
}
