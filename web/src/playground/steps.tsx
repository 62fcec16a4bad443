import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { connectionsQuery, disconnect, makeConnectCode } from '../api/channels.ts'
import { queryClient } from '../api/client.ts'
import { playgroundQuery, writeToPlayground, type Playground } from '../api/playground.ts'
import { CodeCard } from '../ui/code-card.tsx'
import { Failure } from '../ui/failure.tsx'
import { CheckIcon } from '../ui/icons.tsx'
import { Status } from '../ui/status.tsx'
import classes from './playground.module.css'

/** The three steps; which one is next follows from the chat itself. */
export function Steps({ playground }: { playground: Playground }) {
  const { t } = useTranslation()
  const wasRefused = playground.connected || playground.messages.some(({ from }) => from === 'bot')
  const next = playground.connected ? 3 : wasRefused ? 2 : 1
  return (
    <ol className={classes.steps}>
      <Step number={1} next={next} title={t('playground.step1')} text={t('playground.step1Text')}>
        <WriteButton text={t('playground.hello')}>{t('playground.sayHello')}</WriteButton>
      </Step>
      <Step number={2} next={next} title={t('playground.step2')} text={t('playground.step2Text')}>
        <Connecting />
      </Step>
      <Step number={3} next={next} title={t('playground.step3')} text={t('playground.step3Text')}>
        <Connected name={playground.person.name} />
      </Step>
    </ol>
  )
}

interface StepProps {
  number: number
  next: number
  title: string
  text: string
  children: ReactNode
}

function Step({ number, next, title, text, children }: StepProps) {
  const { t } = useTranslation()
  const isDone = number < next
  return (
    <li
      className={classes.step}
      data-done={isDone || undefined}
      aria-current={number === next ? 'step' : undefined}
    >
      <span className={classes.number}>
        {isDone ? <CheckIcon size={16} /> : number}
        {isDone && <span className={classes.spoken}>{t('playground.done')}</span>}
      </span>
      <div>
        <h2>{title}</h2>
        <p>{text}</p>
        {number === next && <div className={classes.actions}>{children}</div>}
      </div>
    </li>
  )
}

function WriteButton({ text, children }: { text: string; children: string }) {
  const writing = useMutation({
    mutationFn: writeToPlayground,
    // On a narrow screen the phone stands below the steps.
    onSuccess: () =>
      document.getElementById('phone')?.scrollIntoView({ block: 'nearest', behavior: 'smooth' }),
  })
  return (
    <>
      <Button loading={writing.isPending} onClick={() => writing.mutate(text)}>
        {children}
      </Button>
      {writing.error !== null && <Failure error={writing.error} />}
    </>
  )
}

function Connecting() {
  const { t } = useTranslation()
  const making = useMutation({ mutationFn: () => makeConnectCode({ provider: 'playground' }) })
  if (making.data === undefined) {
    return (
      <>
        <Button loading={making.isPending} onClick={() => making.mutate()}>
          {t('playground.makeCode')}
        </Button>
        {making.error !== null && <Failure error={making.error} />}
      </>
    )
  }
  return (
    <>
      <CodeCard code={making.data} onRenew={() => making.mutate()} />
      <WriteButton text={making.data.command}>{t('playground.sendCode')}</WriteButton>
    </>
  )
}

function Connected({ name }: { name: string }) {
  const { t } = useTranslation()
  const connections = useQuery({ ...connectionsQuery, staleTime: 0 })
  const connection = connections.data?.find(
    ({ provider, status }) => provider === 'playground' && status === 'connected',
  )
  const leaving = useMutation({
    mutationFn: async (id: string) => {
      await disconnect(id)
      await queryClient.invalidateQueries({ queryKey: playgroundQuery.queryKey })
    },
  })
  const ask = t('chat.suggestion1')
  return (
    <>
      <Status tone="good">{t('playground.connectedAs', { name })}</Status>
      <div className={classes.row}>
        <WriteButton text={ask}>{t('playground.ask', { text: ask })}</WriteButton>
        {connection !== undefined && (
          <Button variant="default" loading={leaving.isPending} onClick={() => leaving.mutate(connection.id)}>
            {t('playground.disconnect')}
          </Button>
        )}
      </div>
      {leaving.error !== null && <Failure error={leaving.error} />}
    </>
  )
}
