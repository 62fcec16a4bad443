import type { ChatAddress } from '../channels/channel.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { BotCaller } from '../identity/bot-caller.ts'
import type { Principal } from '../identity/principal.ts'
import {
  linkingErrors,
  type ApprovalRow,
  type ApprovalVerdict,
  type Confirmed,
  type IdentityKey,
  type Linking,
} from '../linking/linking.ts'
import type { Db, Tx } from '../storage/database.ts'
import { accountName, texts } from './texts.ts'

/** Connections that people agree to in the app or through outside bots, with what both sides are told of them. */
export interface Links {
  /** See `LinkTokens.confirm`; throws `identity_linked`, too. */
  confirm(user: Principal, token: string): Promise<Exclude<Confirmed, { kind: 'refused' }>>
  /** A number that a person sent to an outside bot. */
  approveInChat(bot: BotCaller, sent: IdentityKey & { number: string }): Promise<ApprovalVerdict>
  /** A number typed in the app. Throws `approval_not_found`, `approval_number_wrong`, `approval_ended`. */
  approveInApp(user: Principal, id: string, number: string): Promise<{ connectionId: string }>
  /** Throws `approval_not_found`. */
  cancel(user: Principal, id: string): Promise<void>
}

export interface LinkDependencies {
  db: Db
  linking: Linking
  delivery: Pick<Delivery, 'post'>
  product: string
}

export function createLinks(deps: LinkDependencies): Links {
  const { db, linking } = deps
  return {
    async confirm(user, token) {
      const confirmed = await db.transaction().execute(async (tx) => {
        const result = await linking.tokens.confirm(tx, user, token)
        if (result.kind === 'linked') {
          const { hash, bot_id, chat, channel, external_name } = result.token
          const text = texts.connected(accountName(result.user))
          await tellChat(deps, tx, { bot_id, chat, key: `link/${hash}/linked` }, text)
          const news = texts.newlyConnected(channel, external_name)
          await tellUser(deps, tx, { userId: user.userId, except: chat, key: `link/${hash}` }, news)
        }
        return result
      })
      if (confirmed.kind === 'refused') throw confirmed.error
      return confirmed
    },
    approveInChat: (bot, { number, ...identity }) =>
      db.transaction().execute((tx) => {
        const answer = { ...identity, number, botId: null, botKeyId: bot.keyId, madeIn: 'chat' } as const
        return judge(deps, tx, answer)
      }),
    async approveInApp({ userId }, id, number) {
      const answer = { madeIn: 'app', id, userId, number } as const
      const verdict = await db.transaction().execute((tx) => judge(deps, tx, answer))
      if (verdict.kind === 'linked') return { connectionId: verdict.connection.id }
      if (verdict.kind === 'wrong_number')
        throw linkingErrors.approval_number_wrong({ members: { tries_left: verdict.triesLeft } })
      if (verdict.kind === 'ended') throw linkingErrors.approval_ended()
      throw linkingErrors.approval_not_found()
    },
    cancel: ({ userId }, id) =>
      db.transaction().execute(async (tx) => {
        const approval = await linking.approvals.cancel(tx, { userId, id })
        await tellChat(deps, tx, { ...approval, key: `approval/${id}/cancelled` }, texts.approvalCancelled)
      }),
  }
}

/** Judges a number and tells both sides what came of it, save the chat that sent it: that is answered there. */
export async function judge(
  deps: Pick<LinkDependencies, 'linking' | 'delivery'>,
  tx: Tx,
  answer: Parameters<Linking['approvals']['answer']>[1],
): Promise<ApprovalVerdict> {
  const verdict = await deps.linking.approvals.answer(tx, answer)
  if (verdict.kind === 'none' || verdict.kind === 'wrong_number') return verdict
  const { approval } = verdict
  const { id, user_id: userId, channel, external_name: name, chat } = approval
  if (answer.madeIn === 'app') {
    const text = verdict.kind === 'linked' ? texts.connected(accountName(verdict.user)) : texts.approvalEnded
    await tellChat(deps, tx, { ...approval, key: `approval/${id}/chat` }, text)
  }
  if (verdict.kind === 'linked' && verdict.transferredFrom !== undefined) {
    const former = { userId: verdict.transferredFrom.userId, except: null, key: `approval/${id}/former` }
    await tellUser(deps, tx, former, texts.takenOver(channel, name ?? approval.external_id))
  }
  const news =
    verdict.kind === 'linked' ? texts.newlyConnected(channel, name) : texts.approvalFailed(channel, name)
  await tellUser(deps, tx, { userId, except: chat, key: `approval/${id}` }, news)
  return verdict
}

/** In the chat itself, where that is one of a bot of ours; outside bots ask how it went. */
async function tellChat(
  { delivery }: Pick<LinkDependencies, 'delivery'>,
  tx: Tx,
  { bot_id: botId, chat, key }: Pick<ApprovalRow, 'bot_id' | 'chat'> & { key: string },
  text: string,
): Promise<void> {
  if (botId === null || chat === null) return
  await delivery.post(tx, { botId, to: chat as ChatAddress, text, key, urgent: true })
}

/** In the other private chats that are connected to a user. */
async function tellUser(
  { linking, delivery }: Pick<LinkDependencies, 'linking' | 'delivery'>,
  tx: Tx,
  { userId, except, key }: { userId: string; except: unknown; key: string },
  text: string,
): Promise<void> {
  const here = (except as { chatId?: string } | null)?.chatId
  for (const { botId, to } of await linking.privateChatsOf(tx, userId))
    if (to.chatId !== here)
      await delivery.post(tx, { botId, to, text, key: `${key}/${botId}/${to.chatId}/told` })
}
