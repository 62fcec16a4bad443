import { Button, Skeleton } from '@mantine/core'
import { PorticoError, startTurn } from '@portico/sdk'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { portico, queryClient } from '../api/client.ts'
import {
  cancelTurn,
  conversationQuery,
  refreshConversations,
  threadQuery,
  type Conversation,
  type Thread,
} from '../api/conversations.ts'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Composer } from './composer.tsx'
import classes from './messages.module.css'
import { Messages } from './messages.tsx'
import { SourceBadge } from './source.tsx'
import { useAnswer } from './use-answer.ts'
import { useDeliveries } from './use-deliveries.ts'

const UseApprovals = lazy(async () => {
  const { UseApprovals } = await import('../integrations/use-approvals.tsx')
  return { default: UseApprovals }
})

export function ConversationRoute() {
  const { conversationId } = useParams({ from: '/frame/chat/$conversationId' })
  return <ConversationView key={conversationId} id={conversationId} />
}

function ConversationView({ id }: { id: string }) {
  const { t } = useTranslation()
  const conversation = useQuery(conversationQuery(id))
  const thread = useQuery(threadQuery(id))
  const missing = [conversation.error, thread.error].some(
    (error) => error instanceof PorticoError && error.status === 404,
  )
  if (missing) {
    return (
      <Empty title={t('chat.notFound')} text={t('chat.notFoundText')}>
        <Button component={Link} to="/chat">
          {t('chat.new')}
        </Button>
      </Empty>
    )
  }
  return (
    <section className={classes.view}>
      {conversation.data !== undefined && <Head conversation={conversation.data} />}
      {thread.data === undefined ? (
        <div className={classes.column}>
          {thread.error === null ? (
            <ThreadSkeleton />
          ) : (
            <Failure error={thread.error} onRetry={() => void thread.refetch()} />
          )}
        </div>
      ) : (
        <OpenThread
          id={id}
          thread={thread.data}
          isInChat={conversation.data !== undefined && conversation.data.channel_source !== null}
        />
      )}
    </section>
  )
}

function Head({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation()
  const title = conversation.title === '' ? t('chat.untitled') : conversation.title
  return (
    <header className={classes.head}>
      <title>{`${title} · Portico`}</title>
      <h1>{title}</h1>
      {conversation.channel_source !== null && <SourceBadge source={conversation.channel_source} />}
    </header>
  )
}

interface Draft {
  text: string
  /** The same when the sending is tried again, so that a lost answer does not make two turns. */
  messageId: string
}

interface OpenThreadProps {
  id: string
  thread: Thread
  /** Whether it is held in a chat app, too. */
  isInChat: boolean
}

function OpenThread({ id, thread, isInChat }: OpenThreadProps) {
  const deliveryOf = useDeliveries(id, isInChat)
  const turnId = thread.turn?.id ?? null
  const reread = useCallback(async () => {
    await queryClient.refetchQueries({ queryKey: threadQuery(id).queryKey })
    void refreshConversations()
  }, [id])
  const answer = useAnswer(turnId, () => void reread())
  const sending = useMutation({
    mutationFn: async ({ text, messageId }: Draft) => {
      await startTurn(portico, { conversationId: id, message: text, messageId })
      await reread()
    },
  })
  const send = (text: string) => sending.mutate({ text, messageId: newMessageId() })
  const [stoppedTurn, setStoppedTurn] = useState<string | null>(null)
  const stop = useCallback(() => {
    if (turnId === null) return
    setStoppedTurn(turnId)
    cancelTurn(turnId).catch(() => setStoppedTurn(null))
  }, [turnId])
  const canStop = turnId !== null && stoppedTurn !== turnId
  return (
    <>
      <Messages
        thread={thread}
        answer={answer}
        deliveryOf={deliveryOf}
        outgoing={
          sending.isPending || sending.isError
            ? { text: sending.variables.text, isPending: sending.isPending }
            : null
        }
        onRetry={send}
      />
      {sending.error !== null && (
        <div className={classes.trouble}>
          <Failure error={sending.error} onRetry={() => sending.mutate(sending.variables)} />
        </div>
      )}
      {turnId !== null && (
        <div className={classes.trouble}>
          <Suspense>
            <UseApprovals />
          </Suspense>
        </div>
      )}
      <Composer
        onSend={send}
        onStop={canStop ? stop : undefined}
        isBusy={sending.isPending || turnId !== null}
      />
    </>
  )
}

function ThreadSkeleton() {
  return (
    <>
      <Skeleton height={40} width="40%" ml="auto" />
      <Skeleton height={20} mt="lg" />
      <Skeleton height={20} mt="sm" />
      <Skeleton height={20} mt="sm" width="60%" />
    </>
  )
}

// crypto.randomUUID is missing on pages that are served without TLS.
function newMessageId(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('')
}
