import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { conversationsQuery, type Conversation } from '../api/conversations.ts'
import { Failure } from '../ui/failure.tsx'
import { RelativeTime } from '../ui/time.tsx'
import classes from './conversation-list.module.css'
import { ConversationMenu } from './conversation-menu.tsx'
import { SourceName } from './source.tsx'

export function ConversationList({ onChoose }: { onChoose?: () => void }) {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(conversationsQuery)
  if (data === undefined) {
    return (
      <div className={classes.list}>
        {error === null ? (
          [0, 1, 2].map((row) => <Skeleton key={row} height={52} />)
        ) : (
          <Failure error={error} onRetry={() => void refetch()} />
        )}
      </div>
    )
  }
  if (data.length === 0) {
    return (
      <div className={classes.empty}>
        <strong>{t('chat.emptyTitle')}</strong>
        <p>{t('chat.emptyText')}</p>
      </div>
    )
  }
  return (
    <ul className={classes.list}>
      {data.map((conversation) => (
        <Entry key={conversation.id} conversation={conversation} onChoose={onChoose} />
      ))}
    </ul>
  )
}

interface EntryProps {
  conversation: Conversation
  onChoose: (() => void) | undefined
}

function Entry({ conversation, onChoose }: EntryProps) {
  const { t } = useTranslation()
  const title = conversation.title === '' ? t('chat.untitled') : conversation.title
  return (
    <li className={classes.entry}>
      <Link
        to="/chat/$conversationId"
        params={{ conversationId: conversation.id }}
        className={classes.link}
        {...(onChoose === undefined ? {} : { onClick: onChoose })}
      >
        <span className={classes.title}>{title}</span>
        <span className={classes.about}>
          {conversation.channel_source !== null && (
            <>
              <SourceName source={conversation.channel_source} /> ·{' '}
            </>
          )}
          <RelativeTime at={conversation.updated_at} />
        </span>
      </Link>
      <ConversationMenu id={conversation.id} title={title} />
    </li>
  )
}
