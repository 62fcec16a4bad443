import { useEffect, useRef, type ReactNode } from 'react'
import { Mark } from '../ui/icons.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import classes from './door.module.css'

interface DoorProps {
  title: string
  text: string
  /** It answers something that was pressed and is gone: the focus goes to its heading. */
  isOutcome?: boolean
  children?: ReactNode
}

/** The page before the pages: one thing to do, in the middle. */
export function Door({ title, text, isOutcome = false, children }: DoorProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (isOutcome) heading.current?.focus()
  }, [isOutcome, title])
  return (
    <div className={classes.door}>
      <title>{`${title} · Portico`}</title>
      <main className={classes.box}>
        <Mark size={40} />
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <p className={classes.text}>{text}</p>
        {children}
      </main>
      <footer className={classes.foot}>
        <LanguageSwitch />
      </footer>
    </div>
  )
}
