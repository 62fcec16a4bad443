import type { CSSProperties } from 'react'
import classes from './provider-mark.module.css'

const files: Readonly<Record<string, string>> = import.meta.glob('../marks/*.svg', {
  query: '?url',
  import: 'default',
  eager: true,
})

interface ProviderMarkProps {
  /** Its id. */
  provider: string
  name: string
  size?: number
}

/** A provider's mark in the colour of the text; the first letter of its name where there is none. */
export function ProviderMark({ provider, name, size = 24 }: ProviderMarkProps) {
  const file = files[`../marks/${provider}.svg`]
  const look: CSSProperties & Record<`--${string}`, string> =
    file === undefined ? { '--size': `${size}px` } : { '--size': `${size}px`, '--mark': `url("${file}")` }
  return (
    <span
      className={file === undefined ? classes.letter : classes.mark}
      style={look}
      data-letter={name.slice(0, 1).toUpperCase()}
      aria-hidden
    />
  )
}
