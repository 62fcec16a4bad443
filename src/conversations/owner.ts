import type { BotIdentity } from '../channels/bots.ts'
import type { ChatIdentity } from '../channels/channel.ts'
import type { Linking } from '../linking/linking.ts'
import type { Db } from '../storage/database.ts'
import type { Guest } from '../storage/tables/conversations.ts'

/** The user in whose name a message from a chat counts. */
export interface Owner {
  user: { id: string; name: string; email: string | null }
  workspaceId: string
  /** Null where authentication is disabled and everybody is the local user. */
  connectionId: string | null
  guest?: never
}

/** A guest of a sponsored group, who is nobody here: `user` is the sponsor, who pays and lends no account of theirs. */
export interface GuestOwner {
  user: Owner['user']
  workspaceId: string
  connectionId: null
  guest: Guest
  sponsorshipId: string
}

/** Whoever is answered. */
export type Asker = Owner | GuestOwner

export interface OwnerDependencies {
  linking: Pick<Linking, 'resolve' | 'touch'>
  /** Where authentication is disabled: the one user that every sender is. */
  everybody?: () => Promise<Owner>
}

/** Who wrote to which bot. */
export interface Sender {
  bot: BotIdentity
  sender: ChatIdentity
}

/**
 * Who the senders are by the database, in their order; undefined for strangers. What a message says about its
 * sender is not asked.
 */
export async function ownersOf(
  deps: OwnerDependencies,
  db: Db,
  senders: readonly Sender[],
): Promise<(Owner | undefined)[]> {
  if (deps.everybody !== undefined) {
    const local = await deps.everybody()
    return senders.map(() => local)
  }
  const found = await deps.linking.resolve(
    db,
    senders.map(({ bot, sender }) => ({
      channel: bot.channel,
      tenantId: sender.tenantId,
      externalId: sender.id,
    })),
  )
  for (const [index, { sender }] of senders.entries()) {
    const connection = found[index]?.connection
    if (connection !== undefined) await deps.linking.touch(db, connection, sender)
  }
  return found.map(
    (one) => one && { user: one.user, workspaceId: one.workspaceId, connectionId: one.connection.id },
  )
}
