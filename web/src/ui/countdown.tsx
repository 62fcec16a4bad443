import { useNow } from './time.tsx'
import classes from './countdown.module.css'

interface CountdownProps {
  /** Milliseconds since 1970. */
  until: number
  totalMs: number
}

/** A ring that empties, with the minutes and seconds left inside. */
export function Countdown({ until, totalMs }: CountdownProps) {
  const leftMs = Math.min(totalMs, Math.max(0, until - useNow(1000)))
  return (
    <span className={classes.countdown} role="timer">
      <svg viewBox="0 0 48 48" aria-hidden>
        <circle cx="24" cy="24" r="22" pathLength="1" />
        <circle cx="24" cy="24" r="22" pathLength="1" strokeDasharray={`${leftMs / totalMs} 1`} />
      </svg>
      <span>{sayClock(leftMs)}</span>
    </span>
  )
}

function sayClock(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
