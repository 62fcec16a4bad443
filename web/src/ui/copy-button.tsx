import { ActionIcon, Tooltip } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { useTranslation } from 'react-i18next'
import { CheckIcon, CopyIcon } from './icons.tsx'

/** Copies `value`; `label` says what that is. */
export function CopyButton({ value, label }: { value: string; label: string }) {
  const { t } = useTranslation()
  const clipboard = useClipboard({ timeout: 1500 })
  const words = clipboard.copied ? t('common.copied') : label
  return (
    <Tooltip label={words}>
      <ActionIcon
        variant="subtle"
        color="gray"
        c="dimmed"
        size="md"
        aria-label={words}
        onClick={() => clipboard.copy(value)}
      >
        {clipboard.copied ? <CheckIcon size={16} /> : <CopyIcon size={16} />}
      </ActionIcon>
    </Tooltip>
  )
}
