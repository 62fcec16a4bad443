import type { Audit, AuditActor } from '../audit/audit.ts'
import type { ChatAddress, ChatIdentity } from '../channels/channel.ts'
import type { Clock } from '../lib/clock.ts'
import type { NewId } from '../lib/ids.ts'
import type { Db, Tx } from '../storage/database.ts'
import type { Announcer } from '../webhooks/webhooks.ts'
import { burnCode, issueCode, type CodeRequest, type IssuedCode } from './connect-code.ts'
import type { Connection } from './connection.ts'
import {
  listConnections,
  privateChatsOf,
  resolveIdentities,
  touchNames,
  type IdentityKey,
  type ResolvedIdentity,
} from './connections.ts'
import { noticeDue } from './notices.ts'
import { redeemCode, type Redeemed, type Redemption } from './redeem.ts'
import { revokeAllOf, revokeFromChat, revokeOwn } from './revoke.ts'

export type { Connection, ConnectionMetadata } from './connection.ts'
export type { IssuedCode } from './connect-code.ts'
export type { IdentityKey, ResolvedIdentity } from './connections.ts'
export type { Redeemed, Redemption } from './redeem.ts'

/**
 * Who a person on a platform is here. A signed-in user gets a connect code and sends it to a bot in a private
 * chat; whoever sends it is that user from then on, until either side ends it or another user's code is sent.
 *
 *   code: live -> used (redeemed) | burned (seen in a group) | expired (600 s)
 *   connection: connected -> revoked (owner, chat, administrator, transfer) -> connected (same user again)
 */
export interface Linking {
  /** Throws `too_many_connect_codes` at the sixth live code of a user for a channel. */
  issueCode(request: CodeRequest): Promise<IssuedCode>
  /**
   * Uses a code up and binds the sender, in the caller's transaction: what fails burns no code. `invalid` is a
   * code that is unknown, used, expired, or for another channel, bot or account, which leaves it as it is. Where
   * others can read it, only a code counts that was made for the account that sent it.
   */
  redeem(tx: Tx, redemption: Redemption): Promise<Redeemed>
  /** Ends a code that others could read, for whichever channel it was made; returns whose it was. */
  burn(tx: Tx, seen: { code: string; channel: string }): Promise<string | undefined>
  /** Who these are, in one query; undefined for strangers and for users who may not sign in. */
  resolve(db: Db, identities: readonly IdentityKey[]): Promise<(ResolvedIdentity | undefined)[]>
  /** Takes over what the platform now calls the person. */
  touch(db: Db, connection: Connection, identity: ChatIdentity): Promise<void>
  /** Where a user can be told something: the private chats of their live connections. */
  privateChatsOf(db: Db, userId: string): Promise<{ botId: string; to: ChatAddress }[]>
  /** A user's connections, revoked ones too, newest first. */
  list(userId: string): Promise<Connection[]>
  /** Ends a connection for its owner; ending it again is no error. Throws `connection_not_found`. */
  revoke(request: { userId: string; connectionId: string }): Promise<void>
  /** Ends a connection from within its chat. */
  revokeFromChat(tx: Tx, connectionId: string): Promise<void>
  /** Ends every connection of a channel and says how many there were. */
  revokeAllOf(tx: Tx, request: { channel: string; by: AuditActor }): Promise<number>
  /** True when a stranger has not been told how to connect within the last hour, and counts this as telling. */
  noticeDue(tx: Tx, botId: string, identityKey: string): Promise<boolean>
}

export interface LinkingDependencies {
  db: Db
  ids: NewId
  clock: Clock
  audit: Audit
  /** Tells the application of connections that begin and end. */
  announcer: Announcer
  /** Cryptographically random bytes. */
  random(size: number): Uint8Array
}

export function createLinking(deps: LinkingDependencies): Linking {
  const { db } = deps
  return {
    issueCode: (request) => issueCode(deps, request),
    redeem: (tx, redemption) => redeemCode(deps, tx, redemption),
    burn: (tx, seen) => burnCode(deps, tx, seen),
    resolve: resolveIdentities,
    touch: touchNames,
    privateChatsOf,
    list: (userId) => listConnections(db, userId),
    revoke: (request) => db.transaction().execute((tx) => revokeOwn(deps, tx, request)),
    revokeFromChat: (tx, connectionId) => revokeFromChat(deps, tx, connectionId),
    revokeAllOf: (tx, request) => revokeAllOf(deps, tx, request),
    noticeDue: (tx, botId, identityKey) => noticeDue(deps, tx, botId, identityKey),
  }
}
