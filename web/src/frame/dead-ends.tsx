import { Button } from '@mantine/core'
import { Link, type ErrorComponentProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Empty } from '../ui/empty.tsx'

export function NotFound() {
  const { t } = useTranslation()
  return (
    <Empty title={t('frame.notFoundTitle')} text={t('frame.notFoundText')}>
      <Button component={Link} to="/chat">
        {t('frame.toChat')}
      </Button>
    </Empty>
  )
}

/** A fault of the page itself, such as a chunk that a newer version of the server no longer has. */
export function Crashed({ error }: ErrorComponentProps) {
  const { t } = useTranslation()
  return (
    <Empty title={t('problem.crashed')} text={error instanceof Error ? error.message : ''}>
      <Button onClick={() => location.reload()}>{t('problem.reload')}</Button>
    </Empty>
  )
}
