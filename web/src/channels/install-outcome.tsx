import { Alert } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { refreshChannels } from '../api/channels.ts'

/** What came of adding a bot to a workspace: the platform's page leads back with it in the address. */
export function InstallOutcome() {
  const { t } = useTranslation()
  const [outcome, setOutcome] = useState(readOutcome)
  useEffect(() => {
    if (outcome === undefined) return
    window.history.replaceState(window.history.state, '', window.location.pathname)
    void refreshChannels()
  }, [outcome])
  if (outcome === undefined) return null
  return (
    <Alert
      role="status"
      color={outcome === 'installed' ? 'teal' : 'red'}
      withCloseButton
      onClose={() => setOutcome(undefined)}
    >
      {t(`channels.${outcome}`)}
    </Alert>
  )
}

function readOutcome(): 'installed' | 'installFailed' | 'installDenied' | undefined {
  const query = new URLSearchParams(window.location.search)
  if (query.has('installed')) return 'installed'
  if (!query.has('install_failed')) return undefined
  return query.get('install_failed') === 'install_denied' ? 'installDenied' : 'installFailed'
}
