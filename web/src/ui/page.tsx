import type { ReactNode } from 'react'
import classes from './page.module.css'

interface PageProps {
  title: string
  intro?: string
  /** The primary action, top right. */
  action?: ReactNode
  children: ReactNode
}

/** A page of the console: heading, one action, content at most 1080 px wide. */
export function Page({ title, intro, action, children }: PageProps) {
  return (
    <div className={classes.page}>
      <title>{`${title} · Portico`}</title>
      <header className={classes.head}>
        <div>
          <h1>{title}</h1>
          {intro !== undefined && <p>{intro}</p>}
        </div>
        {action}
      </header>
      {children}
    </div>
  )
}
