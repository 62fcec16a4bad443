import { ActionIcon } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Link, Outlet } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Mark, MenuIcon } from '../ui/icons.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { AccountMenu } from './account-menu.tsx'
import classes from './frame.module.css'
import { Rail } from './rail.tsx'

/** What stands around every page: rail, top bar, and the page itself. */
export function Frame() {
  const { t } = useTranslation()
  const [isOpen, sheet] = useDisclosure(false)
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#page">
        {t('frame.skip')}
      </a>
      <aside className={classes.side}>
        <Brand />
        <Rail />
      </aside>
      <header className={classes.bar}>
        <div className={classes.small}>
          <ActionIcon
            variant="subtle"
            color="gray"
            c="inherit"
            aria-label={t('frame.menu')}
            onClick={sheet.open}
          >
            <MenuIcon />
          </ActionIcon>
          <Brand />
        </div>
        <AccountMenu />
      </header>
      <Sheet
        opened={isOpen}
        onClose={sheet.close}
        size={264}
        title={<Brand />}
        closeLabel={t('frame.closeMenu')}
      >
        <Rail onChoose={sheet.close} />
      </Sheet>
      <main id="page" className={classes.page} tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  )
}

function Brand() {
  return (
    <Link to="/chat" className={classes.brand} aria-label="Portico">
      <Mark />
      <span>Portico</span>
    </Link>
  )
}
