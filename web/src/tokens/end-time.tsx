import { useTranslation } from 'react-i18next'
import { RelativeTime, useNow } from '../ui/time.tsx'

const nearMs = 30 * 86_400_000

/** When something ends: how long that is where it is near, else the day; the exact time on hover. */
export function EndTime({ at }: { at: string }) {
  const { i18n } = useTranslation()
  const now = useNow(60_000)
  if (Math.abs(Date.parse(at) - now) < nearMs) return <RelativeTime at={at} />
  const day = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium' })
  const exact = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <time dateTime={at} title={exact.format(new Date(at))}>
      {day.format(new Date(at))}
    </time>
  )
}
