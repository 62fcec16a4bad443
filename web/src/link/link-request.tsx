import { Button, Loader } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { confirmLink, linkQuery, type LinkRequest } from '../api/links.ts'
import { meQuery } from '../api/me.ts'
import { Door } from '../session/door.tsx'
import { Failure } from '../ui/failure.tsx'
import { useNow } from '../ui/time.tsx'
import classes from './link.module.css'
import { NumberToSend } from './number-to-send.tsx'
import { platformName } from './platform-name.ts'
import { WhoAsks } from './who-asks.tsx'

/** One request of a chat account to be linked, from the question to where it goes on. */
export function LinkRequestView({ token }: { token: string }) {
  const { t } = useTranslation()
  const request = useQuery(linkQuery(token))
  if (request.error !== null && request.data === undefined)
    return (
      <Door title={t('link.title')} text="">
        <Failure error={request.error} onRetry={() => void request.refetch()} />
      </Door>
    )
  if (request.data === undefined)
    return (
      <Door title={t('link.title')} text={t('common.loading')}>
        <Loader size="sm" mt="md" />
      </Door>
    )
  return request.data === null ? <NotValid /> : <Asked token={token} request={request.data} />
}

function Asked({ token, request }: { token: string; request: LinkRequest }) {
  const { t } = useTranslation()
  const { data: me } = useQuery(meQuery)
  const agreeing = useMutation({ mutationFn: () => confirmLink(token) })
  const isOver = useNow(1000) >= Date.parse(request.expires_at)
  const names = { bot: request.bot_name, platform: platformName(request.platform) }
  if (agreeing.isSuccess && agreeing.data !== undefined)
    return <NumberToSend approval={agreeing.data} names={names} />
  if (agreeing.isSuccess)
    return (
      <Door title={t('link.done', names)} text={t('link.doneText', names)}>
        <OnwardLinks />
      </Door>
    )
  if (isOver) return <NotValid />
  return (
    <Door title={t('link.title')} text={t('link.text', { account: me?.email ?? me?.name })}>
      <WhoAsks request={request} />
      <p className={classes.warning}>{t('link.warning', names)}</p>
      {agreeing.error !== null && <Failure error={agreeing.error} />}
      <div className={classes.choice}>
        <Button size="md" loading={agreeing.isPending} onClick={() => agreeing.mutate()}>
          {t('link.confirm')}
        </Button>
        <Button size="md" variant="default" component={Link} to="/channels">
          {t('link.refuse')}
        </Button>
      </div>
    </Door>
  )
}

function NotValid() {
  const { t } = useTranslation()
  return (
    <Door title={t('link.overTitle')} text={t('link.overText')}>
      <OnwardLinks />
    </Door>
  )
}

function OnwardLinks() {
  const { t } = useTranslation()
  return (
    <div className={classes.choice}>
      <Button variant="default" component={Link} to="/channels">
        {t('link.toChannels')}
      </Button>
    </div>
  )
}
