import { useTranslation } from 'react-i18next'
import type { ConnectLink } from '../api/connect-links.ts'
import { useChannel } from '../channels/use-channel.ts'
import { isolate } from '../ui/isolate.ts'

/** Which agent asks, and where the reader was talking to it. */
export function useWhoAsks({ agent, chat }: ConnectLink): string {
  const { t } = useTranslation()
  const { name: channel } = useChannel(chat?.channel ?? '')
  const words = {
    agent: agent === null || agent === 'default' ? t('connect.theAgent') : isolate(agent),
    channel,
  }
  return chat === null ? t('connect.asks', words) : t('connect.asksInChat', words)
}
