import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Delivery, Message } from '../api/conversations.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { RetryIcon } from '../ui/icons.tsx'
import { DeliveryNote } from './delivery-note.tsx'
import classes from './messages.module.css'
import { Part } from './part.tsx'
import { textOf } from './parts.ts'

interface AnswerMessageProps {
  message: Message
  /** How it fared on its way to the chat; undefined for what went nowhere. */
  delivery: Delivery | undefined
  onRetry?: () => void
}

/** What the agent said, or what a program sent in its place. */
export function AnswerMessage({ message, delivery, onRetry }: AnswerMessageProps) {
  const { t } = useTranslation()
  const text = textOf(message.parts)
  const isBroken = message.parts.some(({ type }) => type === 'error' || type === 'notice')
  return (
    <article className={classes.assistant}>
      {message.posted && <p className={classes.note}>{t('chat.posted')}</p>}
      {message.parts.map((part, index) => (
        <Part key={index} part={part} />
      ))}
      {delivery !== undefined && <DeliveryNote delivery={delivery} />}
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
