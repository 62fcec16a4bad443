import { Tooltip } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import classes from './frame.module.css'
import { pages } from './pages.ts'

/** The list of pages. Between 700 and 1100 px its names are tooltips. */
export function Rail({ onChoose }: { onChoose?: () => void }) {
  const { t } = useTranslation()
  const isNarrow = useMediaQuery('(min-width: 700px) and (max-width: 1099px)')
  return (
    <nav className={classes.rail} aria-label={t('frame.pages')}>
      {pages.map(({ to, name, Icon }) => (
        <Tooltip key={to} label={t(name)} position="right" disabled={!isNarrow}>
          <Link
            to={to}
            className={classes.item}
            aria-label={t(name)}
            {...(onChoose === undefined ? {} : { onClick: onChoose })}
          >
            <Icon />
            <span>{t(name)}</span>
          </Link>
        </Tooltip>
      ))}
    </nav>
  )
}
