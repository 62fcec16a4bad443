import { useTranslation } from 'react-i18next'
import { Failure } from '../ui/failure.tsx'
import classes from './messages.module.css'
import { Part } from './part.tsx'
import { PlaceInQueue } from './place-in-queue.tsx'
import type { Answer } from './use-answer.ts'

/** An answer while it is written; before its first word, what it waits for. */
export function LiveAnswer({ answer, isQueued }: { answer: Answer; isQueued: boolean }) {
  const { t } = useTranslation()
  const { parts, place, error } = answer
  if (parts.length === 0 && error === null && (isQueued || place !== null))
    return <PlaceInQueue place={place} />
  return (
    <article className={classes.assistant} aria-busy>
      {parts.map((part, index) => (
        <Part key={index} part={part} isLive={index === parts.length - 1} />
      ))}
      {error !== null && <Failure error={error} onRetry={() => location.reload()} />}
      {parts.length === 0 && error === null && (
        <p className={classes.waiting} role="status">
          <span className={classes.dots} aria-hidden />
          {t('chat.waiting')}
        </p>
      )}
      <footer className={classes.actions} />
    </article>
  )
}
