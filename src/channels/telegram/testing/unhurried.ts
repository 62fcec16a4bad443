import type { ChannelDefinition } from '../../channel.ts'
import { telegram } from '../telegram.ts'

const pace = { burst: 1000, perSecond: 1000 }

/** Telegram without its pace, so that nobody waits. */
export const unhurriedTelegram: ChannelDefinition = {
  ...telegram,
  abilities: {
    ...telegram.abilities,
    pace: { privateChat: pace, groupChat: pace, bot: pace },
    editIntervalMs: { privateChat: 50, groupChat: 50 },
  },
}
