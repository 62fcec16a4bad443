import { TextInput, type TextInputProps } from '@mantine/core'
import { secretMask } from '../api/channels.ts'
import classes from './credentials.module.css'

interface SecretInputProps extends Omit<TextInputProps, 'onChange'> {
  value: string
  onChange: (value: string) => void
}

/**
 * A secret of a machine. It is no password field, as browsers and password managers would fill in the reader's own
 * and offer to keep this one.
 */
export function SecretInput({ value, onChange, ...props }: SecretInputProps) {
  return (
    <TextInput
      {...props}
      type="text"
      value={value}
      onChange={({ currentTarget }) => onChange(typedOver(value, currentTarget.value))}
      onFocus={({ currentTarget }) => currentTarget.select()}
      classNames={{ input: classes.secret ?? '' }}
      data-1p-ignore
      data-bwignore
      data-lpignore="true"
      data-form-type="other"
    />
  )
}

/** A mask is one thing: it stays, or goes as a whole for what is typed into it. */
function typedOver(before: string, after: string): string {
  return before === secretMask ? after.replace(/^\*+|\*+$/g, '') : after
}
