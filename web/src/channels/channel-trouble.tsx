import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Provider } from '../api/channels.ts'
import { stateOf, type About } from './channel-state.ts'
import classes from './channels.module.css'

interface ChannelTroubleProps {
  provider: Provider
  canManage: boolean
  onOpen: (about: About) => void
}

/** What is wrong: in the server's words for who can help it, and for the others whom to ask. */
export function ChannelTrouble({ provider, canManage, onOpen }: ChannelTroubleProps) {
  const { t } = useTranslation()
  // A channel that nobody has set up is in no trouble.
  if (!provider.configured && provider.bots.length === 0) return null
  const reasons = reasonsOf(provider)
  if (!canManage)
    return (
      provider.unavailable_reason !== null && (
        <p className={classes.trouble}>{t('channels.askAdministrator')}</p>
      )
    )
  if (reasons.length === 0) return null
  const hasLogin = provider.setup.login === true
  return (
    <div className={classes.trouble}>
      <div className={classes.reasons}>
        {reasons.map((reason) => (
          <p key={reason}>{reason}</p>
        ))}
      </div>
      {stateOf(provider) === 'bad_credentials' && (
        <Button
          size="xs"
          className={classes.above ?? ''}
          onClick={() => onOpen(hasLogin ? 'login' : 'credentials')}
        >
          {hasLogin ? t('channels.login') : t('channels.edit')}
        </Button>
      )}
    </div>
  )
}

/** Of several bots each reason begins with the bot's name. */
function reasonsOf({ bots, configured, unavailable_reason }: Provider): string[] {
  const details = bots.flatMap(({ enabled, state, detail, name }) =>
    configured && enabled && state !== 'connected' && detail !== null
      ? [bots.length > 1 ? `${name}: ${detail}` : detail]
      : [],
  )
  return details.length > 0 || unavailable_reason === null ? details : [unavailable_reason]
}
