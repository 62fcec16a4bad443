import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useFocusReturn } from './use-focus-return.ts'

interface DialogProps {
  title: string
  opened: boolean
  onClose: () => void
  size?: string
  /** Where a slip of the mouse would lose what was typed. */
  isSticky?: boolean
  children: ReactNode
}

/** A window over the page. */
export function Dialog({ title, opened, onClose, size = 'md', isSticky = false, children }: DialogProps) {
  const { t } = useTranslation()
  useFocusReturn(opened)
  return (
    <Modal
      title={title}
      opened={opened}
      onClose={onClose}
      size={size}
      closeOnClickOutside={!isSticky}
      lockScroll={false}
      centered
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {children}
    </Modal>
  )
}
