import { ActionIcon, Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Link, Outlet } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ListIcon, PlusIcon } from '../ui/icons.tsx'
import { Sheet } from '../ui/sheet.tsx'
import classes from './chat-page.module.css'
import { ConversationList } from './conversation-list.tsx'

/** The list of conversations beside the open one; below 900 px the list is a sheet. */
export function ChatPage() {
  const { t } = useTranslation()
  const [isOpen, sheet] = useDisclosure(false)
  return (
    <div className={classes.chat}>
      <title>{`${t('chat.title')} · Portico`}</title>
      <aside className={classes.side} aria-label={t('chat.conversations')}>
        <NewButton />
        <ConversationList />
      </aside>
      <div className={classes.main}>
        <div className={classes.top}>
          <ActionIcon
            variant="subtle"
            color="gray"
            c="inherit"
            size={40}
            aria-label={t('chat.conversations')}
            onClick={sheet.open}
          >
            <ListIcon />
          </ActionIcon>
        </div>
        <Outlet />
      </div>
      <Sheet
        opened={isOpen}
        onClose={sheet.close}
        title={t('chat.conversations')}
        size={320}
        closeLabel={t('common.close')}
      >
        <NewButton onChoose={sheet.close} />
        <ConversationList onChoose={sheet.close} />
      </Sheet>
    </div>
  )
}

function NewButton({ onChoose }: { onChoose?: () => void }) {
  const { t } = useTranslation()
  return (
    <Button
      component={Link}
      to="/chat"
      variant="default"
      fullWidth
      leftSection={<PlusIcon />}
      {...(onChoose === undefined ? {} : { onClick: onChoose })}
    >
      {t('chat.new')}
    </Button>
  )
}
