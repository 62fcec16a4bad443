import { startTurn } from '@portico/sdk'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { portico, queryClient } from '../api/client.ts'
import { createConversation, refreshConversations, threadQuery } from '../api/conversations.ts'
import { Failure } from '../ui/failure.tsx'
import { Composer } from './composer.tsx'
import classes from './messages.module.css'
import { Suggestions } from './suggestions.tsx'

/** A conversation begins with its first message; until then there is nothing to list. */
export function NewConversation() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const opening = useMutation({
    mutationFn: async (message: string) => {
      const { id } = await createConversation()
      await startTurn(portico, { conversationId: id, message })
      await queryClient.query({ ...threadQuery(id), staleTime: 0 })
      void refreshConversations()
      await navigate({ to: '/chat/$conversationId', params: { conversationId: id } })
    },
  })
  return (
    <div className={classes.fresh}>
      <h1>{t('chat.greeting')}</h1>
      <div>
        {opening.error !== null && (
          <div className={classes.trouble}>
            <Failure error={opening.error} onRetry={() => opening.mutate(opening.variables)} />
          </div>
        )}
        <Composer onSend={opening.mutate} isBusy={opening.isPending} />
      </div>
      <Suggestions onChoose={opening.mutate} isBusy={opening.isPending} />
    </div>
  )
}
