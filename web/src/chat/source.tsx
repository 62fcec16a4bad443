import { useTranslation } from 'react-i18next'
import type { ConversationSource } from '../api/conversations.ts'
import { useChannel } from '../channels/use-channel.ts'
import { ChannelMark } from '../ui/channel-mark.tsx'
import classes from './messages.module.css'

/** The platform's name as its definition says it. */
export function SourceName({ source }: { source: ConversationSource }) {
  return useChannel(source.provider).name
}

/** Where a conversation is held, with the platform's mark. */
export function SourceBadge({ source }: { source: ConversationSource }) {
  const { t } = useTranslation()
  const { name, logo } = useChannel(source.provider)
  return (
    <span className={classes.badge}>
      {logo !== undefined && <ChannelMark logo={logo} size={16} />}
      {t('chat.from', { place: name })}
    </span>
  )
}
