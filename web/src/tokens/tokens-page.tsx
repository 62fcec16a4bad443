import { Anchor, Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../api/me.ts'
import { tokensQuery, type Whose } from '../api/tokens.ts'
import cards from '../ui/cards.module.css'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Page } from '../ui/page.tsx'
import { Agents } from './agents.tsx'
import { useTokenDialogs } from './token-dialogs.tsx'
import { TokenList } from './token-list.tsx'
import { TokenTabs } from './token-tabs.tsx'
import classes from './tokens.module.css'
import { useOwners } from './use-owners.ts'

/** The reader's tokens: what each may do, when it was last used, and until when it counts. */
export function TokensPage() {
  return <Tokens whose="mine" />
}

/** For administrators of a workspace: the tokens of everybody in it. */
export function EverybodysTokensPage() {
  return <Tokens whose="everybodys" />
}

function Tokens({ whose }: { whose: Whose }) {
  const { t } = useTranslation()
  const { data: me } = useQuery(meQuery)
  const tokens = useQuery(tokensQuery(whose))
  const owners = useOwners()
  const { dialogs, add, actsOn, limitOwner } = useTokenDialogs()
  const newToken = <Button onClick={add}>{t('tokens.new')}</Button>
  const isEmpty = tokens.data?.length === 0
  return (
    <Page
      title={t('tokens.title')}
      intro={t(whose === 'mine' ? 'tokens.intro' : 'tokens.introOfAll')}
      action={whose === 'mine' && !isEmpty && newToken}
    >
      {owners.isAdmin && <TokenTabs />}
      {tokens.data === undefined ? (
        tokens.error === null ? (
          <ListSkeleton />
        ) : (
          <Failure error={tokens.error} onRetry={() => void tokens.refetch()} />
        )
      ) : isEmpty ? (
        <Empty
          title={t('tokens.emptyTitle')}
          text={t(whose === 'mine' ? 'tokens.emptyText' : 'tokens.emptyTextOfAll')}
        >
          {whose === 'mine' && newToken}
          <Anchor href="/docs" target="_blank" rel="noreferrer" className={classes.docs ?? ''}>
            {t('tokens.docs')}
          </Anchor>
        </Empty>
      ) : (
        <TokenList
          tokens={tokens.data}
          whose={whose}
          owners={owners}
          actsOn={actsOn}
          {...(me?.role === 'admin' && whose === 'everybodys' && { onLimitOwner: limitOwner })}
        />
      )}
      {me?.role === 'admin' && <Agents />}
      {dialogs}
    </Page>
  )
}

function ListSkeleton() {
  return (
    <div className={cards.list}>
      <Skeleton height={36} />
      <Skeleton height={56} />
      <Skeleton height={56} />
      <Skeleton height={56} />
    </div>
  )
}
