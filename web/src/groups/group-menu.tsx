import { Menu } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { endSponsorship, type Sponsorship } from '../api/sponsorships.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { MoreMenu } from '../ui/more-menu.tsx'

interface GroupMenuProps {
  group: Sponsorship
  name: string
  onChange: () => void
}

/** What whoever pays, or an administrator, does with a sponsored group. */
export function GroupMenu({ group, name, onChange }: GroupMenuProps) {
  const { t } = useTranslation()
  const [isEnding, setIsEnding] = useState(false)
  return (
    <>
      <MoreMenu name={name}>
        <Menu.Item onClick={onChange}>{t('groups.change')}</Menu.Item>
        <Menu.Item c="var(--danger)" onClick={() => setIsEnding(true)}>
          {t('groups.end')}
        </Menu.Item>
      </MoreMenu>
      <ConfirmDialog
        title={t('groups.endTitle', { name })}
        text={t('groups.endText')}
        action={t('groups.end')}
        onConfirm={() => endSponsorship(group.id)}
        opened={isEnding}
        onClose={() => setIsEnding(false)}
      />
    </>
  )
}
