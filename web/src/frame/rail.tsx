import { Tooltip } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../api/me.ts'
import classes from './frame.module.css'
import { adminPages, pages } from './pages.ts'

interface RailProps {
  onChoose?: () => void
}

/** The list of pages. Between 700 and 1100 px its names are tooltips. */
export function Rail({ onChoose }: RailProps) {
  const { t } = useTranslation()
  const { data: me } = useQuery(meQuery)
  const choose = onChoose === undefined ? {} : { onChoose }
  return (
    <nav className={classes.rail} aria-label={t('frame.pages')}>
      {pages.map((page) => (
        <RailItem key={page.to} page={page} {...choose} />
      ))}
      {me?.role === 'admin' && (
        <>
          <hr />
          {adminPages.map((page) => (
            <RailItem key={page.to} page={page} {...choose} />
          ))}
        </>
      )}
    </nav>
  )
}

interface RailItemProps extends RailProps {
  page: (typeof pages | typeof adminPages)[number]
}

function RailItem({ page: { to, name, Icon }, onChoose }: RailItemProps) {
  const { t } = useTranslation()
  const isNarrow = useMediaQuery('(min-width: 700px) and (max-width: 1099px)')
  return (
    <Tooltip label={t(name)} position="right" disabled={!isNarrow}>
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
  )
}
