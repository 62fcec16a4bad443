import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { botsQuery, type Bot } from '../api/bots.ts'
import { providersQuery } from '../api/channels.ts'
import { ChannelTabs } from '../channels/channel-tabs.tsx'
import { stateOfBot } from '../channels/channel-state.ts'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Page } from '../ui/page.tsx'
import { AddBotDialog } from './add-bot-dialog.tsx'
import { BotCard } from './bot-card.tsx'
import cards from '../ui/cards.module.css'
import { EditBotDialog } from './edit-bot-dialog.tsx'
import { RulesDialog } from './rules-dialog.tsx'

type Shown = { about: 'add' } | { about: 'edit' | 'rules'; bot: Bot } | null

const lookAgainMs = { whileChanging: 2_000, usually: 15_000 }

/** For administrators: every bot with its agent, its state and whom it listens to. */
export function BotsPage() {
  const { t } = useTranslation()
  const providers = useQuery(providersQuery)
  const bots = useQuery({
    ...botsQuery,
    refetchInterval: ({ state }) =>
      state.data?.some((bot) => stateOfBot(bot) === 'connecting') === true
        ? lookAgainMs.whileChanging
        : lookAgainMs.usually,
  })
  const [shown, setShown] = useState<Shown>(null)
  const close = () => setShown(null)
  const channels = providers.data?.providers ?? []
  const addable = channels.filter(({ credential_fields }) => credential_fields.length > 0)
  const error = bots.error ?? providers.error
  const channelOf = (bot: Bot) => channels.find(({ provider }) => provider === bot.channel)
  const add = addable.length > 0 && (
    <Button onClick={() => setShown({ about: 'add' })}>{t('bots.add')}</Button>
  )
  return (
    <Page title={t('bots.title')} intro={t('bots.intro')} action={add}>
      <ChannelTabs />
      {bots.data === undefined || providers.data === undefined ? (
        error === null ? (
          <Skeleton height={96} />
        ) : (
          <Failure error={error} onRetry={() => void Promise.all([bots.refetch(), providers.refetch()])} />
        )
      ) : bots.data.length === 0 ? (
        <Empty title={t('bots.emptyTitle')} text={t('bots.emptyText')} />
      ) : (
        <ul className={cards.list}>
          {bots.data.map((bot) => (
            <BotCard
              key={bot.id}
              bot={bot}
              channel={channelOf(bot)}
              isLast={bots.data.filter(({ channel }) => channel === bot.channel).length === 1}
              onEdit={() => setShown({ about: 'edit', bot })}
              onRules={() => setShown({ about: 'rules', bot })}
            />
          ))}
        </ul>
      )}
      {shown?.about === 'add' && <AddBotDialog channels={addable} onClose={close} />}
      {shown?.about === 'edit' && (
        <EditBotDialog bot={shown.bot} channel={channelOf(shown.bot)} onClose={close} />
      )}
      {shown?.about === 'rules' && <RulesDialog bot={shown.bot} onClose={close} />}
    </Page>
  )
}
