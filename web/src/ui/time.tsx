import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'

const steps = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** "3 minutes ago" or "3m ago", the exact time on hover. */
export function RelativeTime({ at, short = false }: { at: string; short?: boolean }) {
  const { i18n } = useTranslation()
  const now = useNow(60_000)
  const exact = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <time dateTime={at} title={exact.format(new Date(at))}>
      {sayRelative(Date.parse(at) - now, i18n.language, short)}
    </time>
  )
}

function sayRelative(ms: number, language: string, short: boolean): string {
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: short ? 'narrow' : 'long' })
  const seconds = Math.round(ms / 1000)
  const step = steps.find(([, size]) => Math.abs(seconds) >= size)
  return step === undefined ? words.format(0, 'second') : words.format(Math.trunc(seconds / step[1]), step[0])
}

/** The time as of the last whole `everyMs`, kept up to date. */
export function useNow(everyMs: number): number {
  return useSyncExternalStore(
    (changed) => {
      const timer = setInterval(changed, Math.min(everyMs, 1000))
      return () => clearInterval(timer)
    },
    () => Math.floor(Date.now() / everyMs) * everyMs,
  )
}
