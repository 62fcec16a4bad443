import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { decideUse, useApprovalsQuery, type UseApproval } from '../api/integrations.ts'
import { Failure } from '../ui/failure.tsx'
import { isolate } from '../ui/isolate.ts'
import { RelativeTime } from '../ui/time.tsx'
import { ProviderMark } from './provider-mark.tsx'
import classes from './use-approvals.module.css'

/** Requests with the reader's accounts that are not sent before their word. */
export function UseApprovals() {
  const { t } = useTranslation()
  const { data } = useQuery(useApprovalsQuery)
  if (data === undefined || data.length === 0) return null
  return (
    <section className={classes.list} aria-label={t('integrations.approval.title')}>
      {data.map((approval) => (
        <UseApprovalCard key={approval.id} approval={approval} />
      ))}
    </section>
  )
}

/** What, where, as whom, and two buttons. */
function UseApprovalCard({ approval }: { approval: UseApproval }) {
  const { t } = useTranslation()
  const {
    id,
    provider,
    provider_name: name,
    account,
    agent,
    method,
    host,
    path,
    body_preview: body,
  } = approval
  const deciding = useMutation({ mutationFn: (word: 'approve' | 'deny') => decideUse(id, word) })
  const words = {
    agent: agent === 'default' ? t('connect.theAgent') : isolate(agent),
    name,
    account: isolate(account ?? name),
  }
  return (
    <article className={classes.card} aria-labelledby={id}>
      <ProviderMark provider={provider} name={name} size={32} />
      <div className={classes.about}>
        <h3 id={id}>{t('integrations.approval.asks', words)}</h3>
        <code className={classes.request}>
          {method} {host}
          {path}
        </code>
        {body !== null && (
          <pre className={classes.request} role="figure" aria-label={t('integrations.approval.body')}>
            {body}
          </pre>
        )}
        <p>
          {t('integrations.approval.as', words)} · <RelativeTime at={approval.created_at} />
        </p>
        {deciding.error !== null && <Failure error={deciding.error} />}
        <div className={classes.choice}>
          <Button
            size="xs"
            loading={deciding.isPending && deciding.variables === 'approve'}
            disabled={deciding.isPending}
            onClick={() => deciding.mutate('approve')}
          >
            {t('integrations.approval.allow')}
          </Button>
          <Button
            size="xs"
            variant="default"
            loading={deciding.isPending && deciding.variables === 'deny'}
            disabled={deciding.isPending}
            onClick={() => deciding.mutate('deny')}
          >
            {t('integrations.approval.deny')}
          </Button>
        </div>
      </div>
    </article>
  )
}
