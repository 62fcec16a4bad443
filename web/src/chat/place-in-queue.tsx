import { useTranslation } from 'react-i18next'
import classes from './messages.module.css'

/** Stands for an answer that has not begun: how many are before it, where that is known. */
export function PlaceInQueue({ place }: { place: number | null }) {
  const { t } = useTranslation()
  return (
    <article className={classes.assistant} aria-busy>
      <p className={classes.waiting} role="status">
        <span className={classes.dots} aria-hidden />
        {place === null ? t('chat.queued') : t('chat.queuedBehind', { count: place })}
      </p>
      <footer className={classes.actions} />
    </article>
  )
}
