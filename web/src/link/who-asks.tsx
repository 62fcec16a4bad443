import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { providersQuery } from '../api/channels.ts'
import type { LinkRequest } from '../api/links.ts'
import { ChannelMark } from '../ui/channel-mark.tsx'
import { RelativeTime } from '../ui/time.tsx'
import classes from './link.module.css'
import { platformName } from './platform-name.ts'

/** Who asks, large: a reader must see at a glance whether it is their own chat. */
export function WhoAsks({ request }: { request: LinkRequest }) {
  const { t } = useTranslation()
  const { data } = useQuery(providersQuery)
  const channel = data?.providers.find(({ provider }) => provider === request.platform.toLowerCase())
  const platform = platformName(request.platform)
  return (
    <div className={classes.who}>
      {channel !== undefined && <ChannelMark logo={channel.logo} size={40} />}
      <div className={classes.names}>
        <strong>{request.platform_username ?? t('link.unnamed')}</strong>
        <span>{t('link.where', { platform, bot: request.bot_name })}</span>
        <span>
          {t('link.asked')} <RelativeTime at={request.made_at} />
        </span>
        {request.already_connected && <span>{t('link.another', { platform })}</span>}
      </div>
    </div>
  )
}
