import { TagsInput } from '@mantine/core'

interface ListInputProps {
  label: string
  description: string
  /** Shown while there is nothing. */
  example: string
  value: string[]
  onChange: (value: string[]) => void
}

/** A list of words without spaces, which can be typed or pasted with commas, spaces or lines between them. */
export function ListInput({ example, value, onChange, ...words }: ListInputProps) {
  return (
    <TagsInput
      {...words}
      value={value}
      onChange={(typed) =>
        onChange([...new Set(typed.flatMap((one) => one.split(/[\s,]+/)))].filter(Boolean))
      }
      splitChars={[',', ' ', '\n']}
      clearable
      {...(value.length === 0 && { placeholder: example })}
    />
  )
}
