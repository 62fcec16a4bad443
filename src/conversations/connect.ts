import type { Tx } from '../storage/database.ts'
import { notice } from './notice.ts'
import type { CommandDependencies, CommandRequest, Outcome } from './obey.ts'
import { accountName, isPrivate, texts } from './texts.ts'

/**
 * A person sent a connect code. In private it binds their chat identity to the code's owner. Where others read it,
 * it does so only if it was made for the account that sent it, as on platforms without private chats; else it is
 * cancelled and its owner is told.
 */
export async function connectByCode(
  deps: CommandDependencies,
  tx: Tx,
  request: CommandRequest,
): Promise<Outcome> {
  const { bot, inbound, command } = request
  const code = command.argument
  const result = await deps.linking.redeem(tx, {
    code,
    channel: bot.channel,
    botId: bot.id,
    identity: inbound.sender,
    chat: inbound.chat,
  })
  if (result.kind === 'invalid') {
    if (!isPrivate(inbound)) return cancelCode(deps, tx, request)
    await deps.delivery.post(tx, notice(bot.id, inbound, texts.codeInvalid))
    return 'refused'
  }
  const account = accountName(result.user)
  if (result.kind === 'approval') {
    const text = texts.approvalNumber(deps.product, account, result.approval.number)
    await deps.delivery.post(tx, notice(bot.id, inbound, text))
    return 'handled'
  }
  const isTransferred = result.transferredFrom !== undefined
  const text = isTransferred ? texts.transferred(account) : texts.connected(account)
  await deps.delivery.post(tx, notice(bot.id, inbound, isPrivate(inbound) ? text : texts.connectedInPublic))
  if (result.transferredFrom !== undefined) {
    await tell(
      deps,
      tx,
      result.transferredFrom.userId,
      texts.takenOver(bot.channel, inbound.sender.name),
      request,
    )
  }
  return 'handled'
}

async function cancelCode(deps: CommandDependencies, tx: Tx, request: CommandRequest): Promise<Outcome> {
  const { bot, inbound, command } = request
  const ownerId = await deps.linking.burn(tx, { code: command.argument, channel: bot.channel })
  await deps.delivery.post(tx, notice(bot.id, inbound, texts.codeInGroup))
  if (ownerId !== undefined) await tell(deps, tx, ownerId, texts.codeSeenInGroup(bot.channel), request)
  return 'refused'
}

/** Tells a user in the private chats that are connected to them. */
async function tell(
  deps: CommandDependencies,
  tx: Tx,
  userId: string,
  text: string,
  { bot, inbound }: CommandRequest,
): Promise<void> {
  for (const chat of await deps.linking.privateChatsOf(tx, userId)) {
    await deps.delivery.post(tx, { ...chat, text, key: `${bot.id}/${inbound.key}/${chat.to.chatId}/told` })
  }
}
