import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../api/me.ts'
import type { Sponsorship } from '../api/sponsorships.ts'
import { useChannel } from '../channels/use-channel.ts'
import cards from '../ui/cards.module.css'
import { ChannelMark } from '../ui/channel-mark.tsx'
import { Status } from '../ui/status.tsx'
import { RelativeTime } from '../ui/time.tsx'
import { GroupMenu } from './group-menu.tsx'
import classes from './groups.module.css'

/** One group: where it is, who pays for its guests, and how much of that is used up. */
export function GroupCard({ group, onChange }: { group: Sponsorship; onChange: () => void }) {
  const { t } = useTranslation()
  const { data: me } = useQuery(meQuery)
  const channel = useChannel(group.channel)
  const { limits, used_today: used, live } = group
  const name = group.chat_name ?? t('groups.unnamed', { id: group.chat_id })
  const sponsor =
    group.sponsor_id === me?.id ? t('groups.byYou') : t('groups.by', { name: group.sponsor_name })
  return (
    <li className={cards.card}>
      {channel.logo !== undefined && <ChannelMark logo={channel.logo} size={32} />}
      <div className={cards.about}>
        <h2 dir="auto">{name}</h2>
        <p>{t('groups.where', { channel: channel.name, bot: group.bot_name })}</p>
        <p>
          {sponsor} <RelativeTime at={group.created_at} />
        </p>
        <Status tone={live ? 'good' : 'off'}>{live ? t('groups.live') : t('groups.dormant')}</Status>
        <div className={classes.usage}>
          <progress
            value={Math.min(used, limits.turns_per_day)}
            max={limits.turns_per_day}
            aria-label={t('groups.usage')}
            data-full={used >= limits.turns_per_day || undefined}
          />
          <p>
            {t('groups.used', { used, count: limits.turns_per_day })} ·{' '}
            {t('groups.each', { count: limits.guest_turns_per_hour })}
          </p>
        </div>
      </div>
      <GroupMenu group={group} name={name} onChange={onChange} />
    </li>
  )
}
