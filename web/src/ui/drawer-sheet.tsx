import { Drawer } from '@mantine/core'
import type { ReactNode } from 'react'
import { useFocusReturn } from './use-focus-return.ts'

export interface DrawerSheetProps {
  opened: boolean
  onClose: () => void
  title: ReactNode
  /** In pixels. */
  size: number
  closeLabel: string
  children: ReactNode
}

/** See `Sheet`. */
export function DrawerSheet({ opened, onClose, title, size, closeLabel, children }: DrawerSheetProps) {
  useFocusReturn(opened)
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      title={title}
      size={size}
      lockScroll={false}
      closeButtonProps={{ 'aria-label': closeLabel }}
    >
      {children}
    </Drawer>
  )
}
