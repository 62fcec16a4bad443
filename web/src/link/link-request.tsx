import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { providersQuery } from '../api/channels.ts'
import { confirmLink, endOf, linkQuery, type LinkRequest } from '../api/links.ts'
import { meQuery } from '../api/me.ts'
import { useChannel } from '../channels/use-channel.ts'
import { Door } from '../session/door.tsx'
import { Opening } from '../session/opening.tsx'
import { Failure } from '../ui/failure.tsx'
import { isolate } from '../ui/isolate.ts'
import { useNow } from '../ui/time.tsx'
import classes from './link.module.css'
import { NumberToSend } from './number-to-send.tsx'
import { Outcome } from './outcome.tsx'
import { WhoAsks } from './who-asks.tsx'

/** One request of a chat account to be linked, from the question to where it goes on. */
export function LinkRequestView({ token }: { token: string }) {
  const { t } = useTranslation()
  const request = useQuery(linkQuery(token))
  const providers = useQuery(providersQuery)
  const end = endOf(request.error)
  if (end !== undefined) return <Outcome of={end} />
  if (request.error !== null)
    return (
      <Door title={t('link.title')} text="">
        <Failure error={request.error} onRetry={() => void request.refetch()} />
      </Door>
    )
  // Without their names platforms would be called otherwise for a moment.
  if (request.data === undefined || providers.isPending) return <Opening />
  return <Asked token={token} request={request.data} />
}

function Asked({ token, request }: { token: string; request: LinkRequest }) {
  const agreeing = useMutation({ mutationFn: () => confirmLink(token) })
  const [isRefused, setIsRefused] = useState(false)
  const isOver = useNow(1000) >= Date.parse(request.expires_at)
  const platform = useChannel(request.platform).name
  const names = { bot: isolate(request.bot_name), platform }
  if (agreeing.isSuccess && agreeing.data !== undefined)
    return <NumberToSend pending={agreeing.data} names={names} />
  if (agreeing.isSuccess) return <Outcome of="done" names={names} />
  if (isRefused) return <Outcome of="refused" names={names} />
  const end = endOf(agreeing.error) ?? (isOver && !agreeing.isPending ? 'expired' : undefined)
  if (end !== undefined) return <Outcome of={end} names={names} />
  return (
    <Question
      request={request}
      names={names}
      error={agreeing.error}
      isPending={agreeing.isPending}
      onConfirm={() => agreeing.mutate()}
      onRefuse={() => setIsRefused(true)}
    />
  )
}

interface QuestionProps {
  request: LinkRequest
  names: { bot: string; platform: string }
  error: Error | null
  isPending: boolean
  onConfirm: () => void
  onRefuse: () => void
}

function Question({ request, names, error, isPending, onConfirm, onRefuse }: QuestionProps) {
  const { t } = useTranslation()
  const { data: me } = useQuery(meQuery)
  return (
    <Door title={t('link.title')} text={t('link.text', { account: isolate(me?.email ?? me?.name ?? '') })}>
      <WhoAsks request={request} />
      <p className={classes.warning}>{t('link.warning', names)}</p>
      {error !== null && <Failure error={error} />}
      <div className={classes.choice}>
        <Button size="md" loading={isPending} onClick={onConfirm}>
          {t('link.confirm')}
        </Button>
        <Button size="md" variant="default" disabled={isPending} onClick={onRefuse}>
          {t('link.refuse')}
        </Button>
      </div>
    </Door>
  )
}
