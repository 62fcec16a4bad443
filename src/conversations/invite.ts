import type { BotIdentity } from '../channels/bots.ts'
import type { InboundMessage } from '../channels/channel.ts'
import type { LaneContext } from '../coordination/lanes.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { Linking } from '../linking/linking.ts'
import type { Db, Tx } from '../storage/database.ts'
import { judge } from './links.ts'
import { notice } from './notice.ts'
import { accountName, isPrivate, texts } from './texts.ts'

export interface InviteDependencies {
  linking: Pick<Linking, 'tokens'>
  product: string
  publicUrl: string
  /** Whether people may connect on a channel. */
  canConnect(channel: string): boolean
}

/** How a stranger connects: by a code and, in a private chat, also by a link of their own. */
export async function howToConnect(
  deps: InviteDependencies,
  tx: Tx,
  bot: BotIdentity,
  inbound: InboundMessage,
): Promise<string> {
  const { linking, product, publicUrl } = deps
  if (!isPrivate(inbound) || !deps.canConnect(bot.channel)) return texts.notConnected(product)
  const { tenantId, id: externalId, name, username = null } = inbound.sender
  const identity = { channel: bot.channel, tenantId, externalId, name, username }
  const issued = await linking.tokens.invite(tx, bot.id, { ...identity, chat: inbound.chat })
  return texts.notConnected(product, issued && `${publicUrl}/link/${issued.token}`)
}

/** Whether a stranger's message may be the number that a link's page shows. */
export function mayBeNumber(inbound: InboundMessage): boolean {
  return isPrivate(inbound) && /^\s*\d{4}\s*$/.test(inbound.text)
}

/**
 * Takes a stranger's message as that number and answers; false where none is waited for. To judge it and to be done
 * with the message is one act, so that a message that comes again after a crash is no second try.
 */
export async function takeNumber(
  deps: NumberDependencies,
  bot: BotIdentity,
  inbound: InboundMessage,
  context: Pick<LaneContext, 'finishWithin'>,
): Promise<boolean> {
  try {
    await deps.db.transaction().execute(async (tx) => {
      // First, since whoever takes messages in locks the chat's inbox before its outbox.
      await context.finishWithin(tx, 'handled')
      if (!(await judgeNumber(deps, tx, bot, inbound))) throw new NoNumberAwaited()
    })
    return true
  } catch (error) {
    if (error instanceof NoNumberAwaited) return false
    throw error
  }
}

interface NumberDependencies {
  db: Db
  linking: Linking
  delivery: Pick<Delivery, 'post'>
}

/** What was begun is rolled back: the message is one like any other. */
class NoNumberAwaited extends Error {}

async function judgeNumber(
  deps: NumberDependencies,
  tx: Tx,
  bot: BotIdentity,
  inbound: InboundMessage,
): Promise<boolean> {
  const { tenantId, id: externalId } = inbound.sender
  const verdict = await judge(deps, tx, {
    madeIn: 'chat',
    number: inbound.text.trim(),
    channel: bot.channel,
    tenantId,
    externalId,
    botId: bot.id,
    botKeyId: null,
  })
  if (verdict.kind === 'none') return false
  const text =
    verdict.kind === 'linked'
      ? texts.connected(accountName(verdict.user))
      : verdict.kind === 'wrong_number'
        ? texts.numberWrong(verdict.triesLeft)
        : texts.approvalEnded
  await deps.delivery.post(tx, notice(bot.id, inbound, text))
  return true
}
