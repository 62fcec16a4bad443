import type { Audit, AuditActor } from '../audit/audit.ts'
import type { ChatAddress, ChatIdentity } from '../channels/channel.ts'
import type { BotCaller } from '../identity/bot-caller.ts'
import type { Principal } from '../identity/principal.ts'
import type { Clock } from '../lib/clock.ts'
import type { NewId } from '../lib/ids.ts'
import type { Db, Tx } from '../storage/database.ts'
import type { Announcer } from '../webhooks/webhooks.ts'
import { cancelApproval, listApprovals, type Approval, type ApprovalRow } from './approval.ts'
import { approve, type ApprovalAnswer, type ApprovalVerdict } from './approve.ts'
import { confirm, type Confirmed } from './confirm.ts'
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
import { createLinkToken, inviteToLink, type IssuedLinkToken, type LinkRequest } from './link-token.ts'
import { noticeDue } from './notices.ts'
import { readInfo, readStatus, type LinkTokenInfo, type LinkTokenStatus } from './read-link-token.ts'
import { redeemCode, type Redeemed, type Redemption } from './redeem.ts'
import { revokeAllOf, revokeFromChat, revokeOwn } from './revoke.ts'

export type { Approval, ApprovalRow, OpenedApproval } from './approval.ts'
export type { ApprovalAnswer, ApprovalVerdict } from './approve.ts'
export type { Confirmed } from './confirm.ts'
export { linkingErrors } from './errors.ts'
export type { IssuedLinkToken, LinkRequest } from './link-token.ts'
export type { LinkTokenInfo, LinkTokenStatus } from './read-link-token.ts'
export type { Connection, ConnectionMetadata } from './connection.ts'
export { isConnectCode, type IssuedCode } from './connect-code.ts'
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
   * others can read it, only a code counts that was made for the account that sent it. `approval`: both sides must
   * agree, so the code is used and nothing is bound before its owner has typed the number that the chat shows.
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
  /** Ends a connection for its owner; false when it had ended before. Throws `connection_not_found`. */
  revoke(request: { userId: string; connectionId: string }): Promise<boolean>
  /** Ends a connection from within its chat. */
  revokeFromChat(tx: Tx, connectionId: string): Promise<void>
  /** Ends every connection of a channel and says how many there were. */
  revokeAllOf(tx: Tx, request: { channel: string; by: AuditActor }): Promise<number>
  /** True when a stranger has not been told how to connect within the last hour, and counts this as telling. */
  noticeDue(tx: Tx, botId: string, identityKey: string): Promise<boolean>
  /** Whether one side's word is enough to connect, as configured. */
  approval: 'one' | 'both'
  tokens: LinkTokens
  approvals: Approvals
}

/**
 * The other way round: a bot makes a link for somebody in its chat, and whoever opens it and is signed in may confirm
 * that this chat account is theirs.
 *
 *   token: live -> used (confirmed) | superseded (by a newer one of the identity) | expired (1800 s)
 */
export interface LinkTokens {
  /**
   * For an outside bot. Throws `identity_linked`, and `too_many_link_tokens` at the eleventh of an identity or the 601st
   * of a key within ten minutes.
   */
  create(bot: BotCaller, request: LinkRequest): Promise<IssuedLinkToken>
  /** For a bot of ours, beside what it says; undefined where it is linked, or too many were made. */
  invite(tx: Tx, botId: string, request: LinkRequest): Promise<IssuedLinkToken | undefined>
  /** Throws `link_token_not_found`, also for a token of another key. A link that was ended again reads `expired`. */
  status(bot: BotCaller, token: string): Promise<LinkTokenStatus>
  /** Throws `link_token_not_found`, `link_token_used`, `link_token_expired`. */
  info(user: Principal, token: string): Promise<LinkTokenInfo>
  /**
   * Uses a token up and connects, or opens an approval, in the caller's transaction: what fails or is refused burns
   * nothing. Throws as `info` does; `identity_linked` is returned, so that it can be recorded.
   */
  confirm(tx: Tx, user: Principal, token: string): Promise<Confirmed>
}

/** Where both sides must agree: the number that one side shows is given on the other. */
export interface Approvals {
  /** A user's pending ones, newest first. */
  list(userId: string): Promise<Approval[]>
  /** Judges a number; the transaction must commit also where it was wrong. */
  answer(tx: Tx, answer: ApprovalAnswer): Promise<ApprovalVerdict>
  /** Throws `approval_not_found`. */
  cancel(tx: Tx, request: { userId: string; id: string }): Promise<ApprovalRow>
}

export interface LinkingDependencies {
  db: Db
  ids: NewId
  clock: Clock
  audit: Audit
  /** Tells the application of connections that begin and end. */
  announcer: Announcer
  /** Whether one side's word is enough to connect. */
  approval: 'one' | 'both'
  /** Stops what runs for the users of these connections through them; in the transaction that ends them. */
  stopTurns(tx: Tx, ended: readonly Connection[]): Promise<void>
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
    approval: deps.approval,
    tokens: {
      create: (bot, request) => createLinkToken(deps, bot, request),
      invite: (tx, botId, request) => inviteToLink(deps, tx, botId, request),
      status: (bot, token) => readStatus(deps, bot, token),
      info: (user, token) => readInfo(deps, user, token),
      confirm: (tx, user, token) => confirm(deps, tx, user, token),
    },
    approvals: {
      list: (userId) => listApprovals(deps, userId),
      answer: (tx, answer) => approve(deps, tx, answer),
      cancel: (tx, request) => cancelApproval(deps, tx, request),
    },
  }
}
