import classes from './status.module.css'

/** A dot and a word; the colour never speaks alone. */
export function Status({ tone, children }: { tone: 'good' | 'waiting' | 'bad' | 'off'; children: string }) {
  return (
    <span className={classes.status} data-tone={tone}>
      {children}
    </span>
  )
}
