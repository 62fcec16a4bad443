import { Button, Skeleton } from '@mantine/core'
import { PorticoError } from '@portico/sdk'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tokenQuery, type ApiToken, type Receipt } from '../api/tokens.ts'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Page } from '../ui/page.tsx'
import { useNow } from '../ui/time.tsx'
import { ReceiptWords } from './receipt.tsx'
import { Secrets } from './secrets.tsx'
import { useTokenDialogs } from './token-dialogs.tsx'
import { TokenFacts } from './token-facts.tsx'
import { TokenMenu } from './token-menu.tsx'
import { isOver } from './token-state.ts'
import classes from './tokens.module.css'
import { Usage } from './usage.tsx'
import { useOwners } from './use-owners.ts'

/** One token: what it may do, its secrets, and how much it is used. */
export function TokenPage() {
  const { t } = useTranslation()
  const { tokenId } = useParams({ from: '/frame/tokens/$tokenId' })
  const token = useQuery(tokenQuery(tokenId))
  if (token.data !== undefined) return <TokenView token={token.data} />
  if (token.error instanceof PorticoError && token.error.status === 404)
    return (
      <Empty title={t('tokens.notFound')} text={t('tokens.notFoundText')}>
        <Button component={Link} to="/tokens">
          {t('tokens.toAll')}
        </Button>
      </Empty>
    )
  return (
    <Page title={t('tokens.title')}>
      {token.error === null ? (
        <Skeleton height={320} />
      ) : (
        <Failure error={token.error} onRetry={() => void token.refetch()} />
      )}
    </Page>
  )
}

function TokenView({ token }: { token: ApiToken }) {
  const { t } = useTranslation()
  const [receipt, setReceipt] = useState<Receipt>()
  const [error, setError] = useState<Error>()
  const { isMine, nameOf } = useOwners()
  const changed = (news: Receipt) => {
    setReceipt(news)
    setError(undefined)
  }
  const { dialogs, actsOn } = useTokenDialogs(changed)
  const mine = isMine(token.user_id)
  const owner = mine ? undefined : (nameOf(token.user_id) ?? t('tokens.somebody'))
  const acts = actsOn(token, owner)
  const isEnded = isOver(token, useNow(10_000))
  return (
    <Page
      title={token.name}
      back={<Link to={mine ? '/tokens' : '/tokens/everybodys'}>{t('tokens.title')}</Link>}
      action={
        !isEnded && (
          <div className={classes.actions}>
            {mine && <Button onClick={acts.onChange}>{t('tokens.change')}</Button>}
            <TokenMenu token={token} isMine={mine} {...acts} onChanged={changed} onFailed={setError} />
          </div>
        )
      }
    >
      <div role="status" className={classes.news}>
        {receipt !== undefined && <ReceiptWords receipt={receipt} of="changed" />}
      </div>
      {error !== undefined && <Failure error={error} />}
      <TokenFacts token={token} owner={owner} />
      <Secrets token={token} {...(mine && !isEnded && { onRotate: acts.onRotate })} />
      <Usage token={token} />
      {dialogs}
    </Page>
  )
}
