import { InputBase, type InputBaseProps } from '@mantine/core'
import type { KeyboardEvent } from 'react'
import { secretMask } from '../api/channels.ts'
import classes from './credentials.module.css'

interface SecretInputProps extends InputBaseProps {
  value: string
  onChange: (value: string) => void
  onBlur?: () => void
  placeholder?: string
}

/**
 * A secret of a machine. It is no password field, as browsers and password managers would fill in the reader's own
 * and offer to keep this one; and it keeps line ends, as keys have some.
 */
export function SecretInput({ value, onChange, ...props }: SecretInputProps) {
  return (
    <InputBase
      {...props}
      component="textarea"
      rows={1}
      value={value}
      onChange={({ currentTarget }) => onChange(typedOver(value, currentTarget.value))}
      onKeyDown={submitOnEnter}
      onFocus={({ currentTarget }) => currentTarget.select()}
      classNames={{ input: classes.secret ?? '' }}
      data-1p-ignore
      data-bwignore
      data-lpignore="true"
      data-form-type="other"
    />
  )
}

/** Nobody types a line end into a secret. */
function submitOnEnter(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
  event.preventDefault()
  event.currentTarget.form?.requestSubmit()
}

/** A mask is one thing: it stays, or goes as a whole for what is typed into it. */
function typedOver(before: string, after: string): string {
  return before === secretMask ? after.replace(/^\*+|\*+$/g, '') : after
}
