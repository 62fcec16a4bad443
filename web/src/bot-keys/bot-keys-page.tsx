import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { botKeysQuery, rotateBotKey, type BotKey } from '../api/bot-keys.ts'
import { ChannelTabs } from '../channels/channel-tabs.tsx'
import cards from '../ui/cards.module.css'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Page } from '../ui/page.tsx'
import { RotateDialog } from '../ui/rotate-dialog.tsx'
import { SecretOnce } from '../ui/secret-once.tsx'
import { BotKeyCard } from './bot-key-card.tsx'
import { BotKeyDialog } from './bot-key-dialog.tsx'

type Shown =
  { about: 'new' } | { about: 'edit' | 'rotate'; key: BotKey } | { about: 'secret'; secret: string } | null

/** For administrators: the keys with which bots that others run sign in here. */
export function BotKeysPage() {
  const { t } = useTranslation()
  const keys = useQuery(botKeysQuery)
  const [shown, setShown] = useState<Shown>(null)
  const close = () => setShown(null)
  const tell = (secret: string) => setShown({ about: 'secret', secret })
  const add = <Button onClick={() => setShown({ about: 'new' })}>{t('botKeys.add')}</Button>
  return (
    <Page title={t('botKeys.title')} intro={t('botKeys.intro')} action={add}>
      <ChannelTabs />
      {keys.data === undefined ? (
        keys.error === null ? (
          <Skeleton height={96} />
        ) : (
          <Failure error={keys.error} onRetry={() => void keys.refetch()} />
        )
      ) : keys.data.length === 0 ? (
        <Empty title={t('botKeys.emptyTitle')} text={t('botKeys.emptyText')} />
      ) : (
        <ul className={cards.list}>
          {keys.data.map((key) => (
            <BotKeyCard
              key={key.id}
              botKey={key}
              onEdit={() => setShown({ about: 'edit', key })}
              onRotate={() => setShown({ about: 'rotate', key })}
            />
          ))}
        </ul>
      )}
      {shown?.about === 'new' && <BotKeyDialog onMade={tell} onClose={close} />}
      {shown?.about === 'edit' && <BotKeyDialog botKey={shown.key} onClose={close} />}
      {shown?.about === 'rotate' && (
        <RotateDialog
          title={t('botKeys.rotateTitle', { name: shown.key.name })}
          why={t('botKeys.overlapWhy')}
          onRotate={(seconds) => rotateBotKey(shown.key.id, seconds)}
          onMade={tell}
          onClose={close}
        />
      )}
      {shown?.about === 'secret' && (
        <SecretOnce
          title={t('botKeys.secretTitle')}
          text={t('botKeys.secretText')}
          secret={shown.secret}
          onClose={close}
        />
      )}
    </Page>
  )
}
