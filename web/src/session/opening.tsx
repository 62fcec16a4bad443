import { Loader } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from './door.module.css'

/** While it is not known yet what to show. */
export function Opening() {
  const { t } = useTranslation()
  return (
    <div className={classes.center} aria-busy aria-label={t('common.loading')}>
      <Loader size="sm" />
    </div>
  )
}
