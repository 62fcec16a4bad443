import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { agentsQuery, switchAgent, type AgentState } from '../api/tokens.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { Status } from '../ui/status.tsx'
import { ReceiptWords } from './receipt.tsx'
import classes from './tokens.module.css'

/** For administrators of the server: an agent that is switched off takes all tokens with it that are kept to it. */
export function Agents() {
  const { t } = useTranslation()
  const { data: agents } = useQuery(agentsQuery)
  if (agents === undefined || agents.length === 0) return null
  return (
    <details className={classes.agents}>
      <summary>{t('tokens.agents')}</summary>
      <p className={classes.dim}>{t('tokens.agentsWhy')}</p>
      <ul>
        {agents.map((agent) => (
          <Agent key={agent.name} agent={agent} />
        ))}
      </ul>
    </details>
  )
}

function Agent({ agent: { name, disabled } }: { agent: AgentState }) {
  const { t } = useTranslation()
  const [isAsking, setIsAsking] = useState(false)
  const switching = useMutation({ mutationFn: (off: boolean) => switchAgent(name, off) })
  return (
    <li>
      <span className={classes.agent}>{name}</span>
      <Status tone={disabled ? 'off' : 'good'}>{t(disabled ? 'tokens.agentOff' : 'tokens.agentOn')}</Status>
      <Button
        variant="default"
        size="xs"
        loading={switching.isPending}
        aria-label={t(disabled ? 'tokens.switchOnAgent' : 'tokens.switchOffAgent', { name })}
        onClick={() => (disabled ? switching.mutate(false) : setIsAsking(true))}
      >
        {t(disabled ? 'tokens.switchOn' : 'tokens.switchOff')}
      </Button>
      <div role="status" className={classes.wide}>
        {switching.data !== undefined && <ReceiptWords receipt={switching.data} of="changed" />}
      </div>
      {switching.error !== null && (
        <div className={classes.wide}>
          <Failure error={switching.error} />
        </div>
      )}
      <ConfirmDialog
        title={t('tokens.switchOffTitle', { name })}
        text={t('tokens.switchOffText')}
        action={t('tokens.switchOff')}
        onConfirm={() => switching.mutateAsync(true)}
        opened={isAsking}
        onClose={() => setIsAsking(false)}
      />
    </li>
  )
}
