import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sponsorshipsQuery, type Sponsorship } from '../api/sponsorships.ts'
import { ChannelTabs } from '../channels/channel-tabs.tsx'
import cards from '../ui/cards.module.css'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Page } from '../ui/page.tsx'
import { GroupCard } from './group-card.tsx'
import { LimitsDialog } from './limits-dialog.tsx'

/** Groups whose guests are answered at the reader's expense; administrators see those of everybody. */
export function GroupsPage() {
  const { t } = useTranslation()
  const groups = useQuery(sponsorshipsQuery)
  const [changing, setChanging] = useState<Sponsorship | null>(null)
  return (
    <Page title={t('groups.title')} intro={t('groups.intro')}>
      <ChannelTabs />
      {groups.data === undefined ? (
        groups.error === null ? (
          <Skeleton height={136} />
        ) : (
          <Failure error={groups.error} onRetry={() => void groups.refetch()} />
        )
      ) : groups.data.length === 0 ? (
        <Empty title={t('groups.emptyTitle')} text={t('groups.emptyText')} />
      ) : (
        <ul className={cards.list}>
          {groups.data.map((group) => (
            <GroupCard key={group.id} group={group} onChange={() => setChanging(group)} />
          ))}
        </ul>
      )}
      {changing !== null && <LimitsDialog group={changing} onClose={() => setChanging(null)} />}
    </Page>
  )
}
