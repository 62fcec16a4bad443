import type { Announcer } from '../webhooks/webhooks.ts'
import type { TellFailure } from './failure.ts'

/** Tells the application of deliveries that fail; the platform's own sentence stays in the record. */
export function tellThrough(announcer: Announcer): TellFailure {
  return async (tx, { workspaceId, botId, channel, turnId, why }) => {
    const data = {
      bot_id: botId,
      channel,
      turn_id: turnId,
      error_code: why.code,
      platform_code: why.platformCode,
    }
    await announcer.announce(tx, [{ type: 'delivery.failed', workspaceId, data }])
  }
}
