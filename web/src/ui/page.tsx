import type { ReactNode } from 'react'
import classes from './page.module.css'

interface PageProps {
  title: string
  intro?: string
  /** The link to the page above it. */
  back?: ReactNode
  /** The primary action, top right. */
  action?: ReactNode
  children: ReactNode
}

/** A page of the console: heading, one action, content at most 1080 px wide. */
export function Page({ title, intro, back, action, children }: PageProps) {
  return (
    <div className={classes.page}>
      <title>{`${title} · Portico`}</title>
      <header className={classes.head}>
        <div>
          {back !== undefined && <nav className={classes.back}>{back}</nav>}
          <h1>{title}</h1>
          {intro !== undefined && <p>{intro}</p>}
        </div>
        {action}
      </header>
      {children}
    </div>
  )
}
