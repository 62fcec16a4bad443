import type { ReactNode } from 'react'
import classes from './empty.module.css'

interface EmptyProps {
  title: string
  text: string
  children?: ReactNode
}

/** A list with nothing in it, or a page that is not there: what this is, and one thing to do. */
export function Empty({ title, text, children }: EmptyProps) {
  return (
    <div className={classes.empty}>
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
    </div>
  )
}
