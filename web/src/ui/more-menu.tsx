import { ActionIcon, Menu } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { MoreIcon } from './icons.tsx'

interface MoreMenuProps {
  /** What it is about. */
  name: string
  isBusy?: boolean
  /** Menu.Item of Mantine. */
  children: ReactNode
}

/** Three dots, and behind them what can be done with one thing of a list. */
export function MoreMenu({ name, isBusy = false, children }: MoreMenuProps) {
  const { t } = useTranslation()
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          c="dimmed"
          size={32}
          loading={isBusy}
          aria-label={t('common.manage', { name })}
        >
          <MoreIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  )
}
