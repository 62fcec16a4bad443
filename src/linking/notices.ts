import type { Tx } from '../storage/database.ts'
import type { LinkingDependencies } from './linking.ts'

const quietMs = 3_600_000

/** See `Linking.noticeDue`: one conditional upsert, so that of two messages at once only one is answered. */
export async function noticeDue(
  { clock }: Pick<LinkingDependencies, 'clock'>,
  tx: Tx,
  botId: string,
  identityKey: string,
): Promise<boolean> {
  const now = clock.now()
  const noticed = await tx
    .insertInto('unbound_notices')
    .values({ bot_id: botId, identity: identityKey, noticed_at: new Date(now) })
    .onConflict((conflict) =>
      conflict
        .columns(['bot_id', 'identity'])
        .doUpdateSet({ noticed_at: new Date(now) })
        .where('unbound_notices.noticed_at', '<=', new Date(now - quietMs)),
    )
    .returning('bot_id')
    .executeTakeFirst()
  return noticed !== undefined
}
