import type { Tx } from '../storage/database.ts'

/** In whose chat a link or approval was made: a bot of ours or an outside service. */
interface Maker {
  bot_id: string | null
  bot_key_id: string | null
}

/**
 * Whether that bot is still there. Until the transaction ends it cannot be revoked or removed: whoever revokes a key
 * knows, once that has answered, that nothing of it can be confirmed any more.
 */
export async function isMakerLive(tx: Tx, { bot_id, bot_key_id }: Maker): Promise<boolean> {
  const live =
    bot_key_id === null
      ? tx.selectFrom('bots').select('id').where('id', '=', bot_id).where('removed_at', 'is', null)
      : tx.selectFrom('bot_keys').select('id').where('id', '=', bot_key_id).where('revoked_at', 'is', null)
  return (await live.forShare().executeTakeFirst()) !== undefined
}
