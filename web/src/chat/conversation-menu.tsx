import { ActionIcon, Menu } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MoreIcon } from '../ui/icons.tsx'
import classes from './conversation-list.module.css'

const ConversationDialogs = lazy(async () => {
  const { ConversationDialogs } = await import('./conversation-dialogs.tsx')
  return { default: ConversationDialogs }
})

interface ConversationMenuProps {
  id: string
  title: string
}

/** Rename and delete, each behind its dialog. */
export function ConversationMenu({ id, title }: ConversationMenuProps) {
  const { t } = useTranslation()
  // Undefined until one is asked for: only then their code is loaded.
  const [dialog, setDialog] = useState<'rename' | 'delete' | null>()
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            className={classes.more ?? ''}
            variant="subtle"
            color="gray"
            c="dimmed"
            size={32}
            aria-label={t('chat.more', { title })}
          >
            <MoreIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setDialog('rename')}>{t('chat.rename')}</Menu.Item>
          <Menu.Item c="var(--danger)" onClick={() => setDialog('delete')}>
            {t('common.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog !== undefined && (
        <Suspense>
          <ConversationDialogs id={id} title={title} open={dialog} onClose={() => setDialog(null)} />
        </Suspense>
      )}
    </>
  )
}
