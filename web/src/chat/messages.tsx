import { ActionIcon, Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message, Thread } from '../api/conversations.ts'
import { meQuery } from '../api/me.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { Failure } from '../ui/failure.tsx'
import { ArrowDownIcon, RetryIcon } from '../ui/icons.tsx'
import classes from './messages.module.css'
import { Part } from './part.tsx'
import { textOf } from './parts.ts'
import type { Answer } from './use-answer.ts'
import { useStickToEnd } from './use-stick-to-end.ts'

export interface Outgoing {
  text: string
  isPending: boolean
}

interface MessagesProps {
  thread: Thread
  /** The answer that is being written. */
  answer: Answer
  /** A message on its way, or that could not be sent. */
  outgoing: Outgoing | null
  onRetry: (text: string) => void
}

export function Messages({ thread, answer, outgoing, onRetry }: MessagesProps) {
  const { t } = useTranslation()
  const { messages, turn } = thread
  const { data: me } = useQuery(meQuery)
  const { box, content, isAtEnd, toEnd, onScroll } = useStickToEnd()
  const isSending = outgoing?.isPending === true
  useEffect(() => {
    if (isSending) toEnd()
  }, [isSending, toEnd])
  const isAnswering =
    turn !== null && !messages.some(({ role, turn_id }) => role === 'assistant' && turn_id === turn.id)
  const last = messages.at(-1)
  const retryText = turn === null && outgoing === null ? lastQuestion(messages) : null
  return (
    <div className={classes.frame}>
      <div
        className={classes.scroll}
        ref={box}
        onScroll={onScroll}
        tabIndex={0}
        aria-label={t('chat.conversation')}
        role="log"
        aria-live="off"
      >
        <div className={classes.column} ref={content}>
          {messages.map((message) =>
            message.role === 'user' ? (
              <UserMessage
                key={message.id}
                text={textOf(message.parts)}
                author={message.author === me?.name ? null : message.author}
              />
            ) : (
              <AssistantMessage
                key={`answer-${message.turn_id ?? message.id}`}
                message={message}
                {...(message === last && retryText !== null ? { onRetry: () => onRetry(retryText) } : {})}
              />
            ),
          )}
          {outgoing !== null && <UserMessage text={outgoing.text} author={null} isPending={isSending} />}
          {isAnswering && (
            <LiveAnswer key={`answer-${turn.id}`} answer={answer} isQueued={turn.state === 'queued'} />
          )}
        </div>
      </div>
      {!isAtEnd && (
        <ActionIcon
          className={classes.toEnd ?? ''}
          variant="default"
          radius="xl"
          size={36}
          aria-label={t('chat.toEnd')}
          onClick={toEnd}
        >
          <ArrowDownIcon />
        </ActionIcon>
      )}
    </div>
  )
}

interface UserMessageProps {
  text: string
  author: string | null
  isPending?: boolean
}

function UserMessage({ text, author, isPending = false }: UserMessageProps) {
  return (
    <article className={classes.user} data-pending={isPending || undefined}>
      {author !== null && <span className={classes.author}>{author}</span>}
      <p>{text}</p>
    </article>
  )
}

function AssistantMessage({ message, onRetry }: { message: Message; onRetry?: () => void }) {
  const { t } = useTranslation()
  const text = textOf(message.parts)
  const isBroken = message.parts.some(({ type }) => type === 'error' || type === 'notice')
  return (
    <article className={classes.assistant}>
      {message.parts.map((part, index) => (
        <Part key={index} part={part} />
      ))}
      <footer className={classes.actions}>
        {text !== '' && <CopyButton value={text} label={t('chat.copyAnswer')} />}
        {isBroken && onRetry !== undefined && (
          <Button variant="default" size="xs" leftSection={<RetryIcon size={14} />} onClick={onRetry}>
            {t('chat.retry')}
          </Button>
        )}
      </footer>
    </article>
  )
}

function LiveAnswer({ answer, isQueued }: { answer: Answer; isQueued: boolean }) {
  const { t } = useTranslation()
  return (
    <article className={classes.assistant} aria-busy>
      {answer.parts.map((part, index) => (
        <Part key={index} part={part} isLive={index === answer.parts.length - 1} />
      ))}
      {answer.error !== null && <Failure error={answer.error} onRetry={() => location.reload()} />}
      {answer.parts.length === 0 && answer.error === null && (
        <p className={classes.waiting} role="status">
          <span className={classes.dots} aria-hidden />
          {t(isQueued ? 'chat.queued' : 'chat.waiting')}
        </p>
      )}
      <footer className={classes.actions} />
    </article>
  )
}

function lastQuestion(messages: Message[]): string | null {
  const question = messages.findLast(({ role }) => role === 'user')
  return question === undefined ? null : textOf(question.parts)
}
