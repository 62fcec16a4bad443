import { ActionIcon } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message, Thread } from '../api/conversations.ts'
import { meQuery } from '../api/me.ts'
import { ArrowDownIcon } from '../ui/icons.tsx'
import { AnswerMessage } from './answer-message.tsx'
import { LiveAnswer } from './live-answer.tsx'
import classes from './messages.module.css'
import { textOf } from './parts.ts'
import { PlaceInQueue } from './place-in-queue.tsx'
import type { Answer } from './use-answer.ts'
import type { DeliveryOf } from './use-deliveries.ts'
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
  deliveryOf: DeliveryOf
  onRetry: (text: string) => void
}

export function Messages({ thread, answer, outgoing, deliveryOf, onRetry }: MessagesProps) {
  const { t } = useTranslation()
  const { messages, turn } = thread
  const { data: me } = useQuery(meQuery)
  const { box, content, isAtEnd, toEnd, onScroll } = useStickToEnd()
  const isSending = outgoing?.isPending === true
  useEffect(() => {
    if (isSending) toEnd()
  }, [isSending, toEnd])
  const last = messages.at(-1)
  const retryText = turn === null && outgoing === null ? lastQuestion(messages) : null
  const show = (message: Message) =>
    message.role === 'user' ? (
      <UserMessage
        key={message.id}
        text={textOf(message.parts)}
        author={message.author === me?.name ? null : message.author}
      />
    ) : (
      <AnswerMessage
        key={`answer-${message.turn_id ?? message.id}`}
        message={message}
        delivery={deliveryOf(message.turn_id)}
        {...(message === last && retryText !== null ? { onRetry: () => onRetry(retryText) } : {})}
      />
    )
  const answering = turn !== null && !isAnswered(messages, turn.id) && (
    <LiveAnswer key={`answer-${turn.id}`} answer={answer} isQueued={turn.state === 'queued'} />
  )
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
          {withAnswers(thread, { show, answering, place: answer.place ?? 0 })}
          {outgoing !== null && <UserMessage text={outgoing.text} author={null} isPending={isSending} />}
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

interface Shown {
  show: (message: Message) => ReactNode
  /** The answer that is being written. */
  answering: ReactNode
  /** How many turns of other conversations are before it. */
  place: number
}

/** Every question with what stands for its answer: that, the one being written, or its place in the queue. */
function withAnswers({ messages, turn }: Thread, { show, answering, place }: Shown): ReactNode[] {
  let before = place
  const rows = messages.flatMap((message, index) => {
    const turnId = message.turn_id
    const isLastOfTurn = messages[index + 1]?.turn_id !== turnId
    if (turn === null || turnId === null || !isLastOfTurn || isAnswered(messages, turnId))
      return [show(message)]
    if (turnId === turn.id) return [show(message), answering]
    return turnId < turn.id
      ? [show(message)]
      : [show(message), <PlaceInQueue key={`answer-${turnId}`} place={++before} />]
  })
  const isPlaced = messages.some(({ turn_id }) => turn_id === turn?.id)
  return isPlaced ? rows : [...rows, answering]
}

function isAnswered(messages: Message[], turnId: string): boolean {
  return messages.some(({ role, turn_id }) => role === 'assistant' && turn_id === turnId)
}

function lastQuestion(messages: Message[]): string | null {
  const question = messages.findLast(({ role }) => role === 'user')
  return question === undefined ? null : textOf(question.parts)
}
