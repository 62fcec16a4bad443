import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { providersQuery } from '../api/channels.ts'
import type { ConversationSource } from '../api/conversations.ts'
import { ChannelMark } from '../ui/channel-mark.tsx'
import classes from './messages.module.css'

/** The platform's name as its definition says it. */
export function SourceName({ source }: { source: ConversationSource }) {
  return usePlatform(source).name
}

/** Where a conversation is held, with the platform's mark. */
export function SourceBadge({ source }: { source: ConversationSource }) {
  const { t } = useTranslation()
  const { name, logo } = usePlatform(source)
  return (
    <span className={classes.badge}>
      {logo !== undefined && <ChannelMark logo={logo} size={16} />}
      {t('chat.from', { place: name })}
    </span>
  )
}

function usePlatform(source: ConversationSource): { name: string; logo: string | undefined } {
  const { data } = useQuery(providersQuery)
  const provider = data?.providers.find((one) => one.provider === source.provider)
  return { name: provider?.display_name ?? source.provider, logo: provider?.logo }
}
