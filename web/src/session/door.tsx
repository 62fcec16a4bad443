import type { ReactNode } from 'react'
import { Mark } from '../ui/icons.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import classes from './door.module.css'

/** The page before the pages: one thing to do, in the middle. */
export function Door({ title, text, children }: { title: string; text: string; children?: ReactNode }) {
  return (
    <div className={classes.door}>
      <title>{`${title} · Portico`}</title>
      <main className={classes.box}>
        <Mark size={40} />
        <h1>{title}</h1>
        <p className={classes.text}>{text}</p>
        {children}
      </main>
      <footer className={classes.foot}>
        <LanguageSwitch />
      </footer>
    </div>
  )
}
