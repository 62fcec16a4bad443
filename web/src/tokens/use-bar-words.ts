import { useTranslation } from 'react-i18next'
import type { Span } from './usage-buckets.ts'

const formats = {
  hour: { timeStyle: 'short' },
  day: { weekday: 'short', hour: '2-digit', minute: '2-digit' },
  month: { day: 'numeric', month: 'short', timeZone: 'UTC' },
} as const satisfies Record<Span, Intl.DateTimeFormatOptions>

/** Says when a bar begins, as shortly as its span allows. */
export function useBarWords(span: Span): (at: number) => string {
  const { i18n } = useTranslation()
  const format = new Intl.DateTimeFormat(i18n.language, formats[span])
  return (at) => format.format(new Date(at))
}
