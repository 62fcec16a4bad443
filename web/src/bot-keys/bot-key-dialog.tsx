import { MultiSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeBotKey, createBotKey, type BotKey, type BotKeyWish } from '../api/bot-keys.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { usePlatforms } from './platforms.ts'

interface BotKeyDialogProps {
  /** Left out: a new one. */
  botKey?: BotKey
  onMade?: (secret: string) => void
  onClose: () => void
}

/** What a key is for: a bot's name, who answers, and where. */
export function BotKeyDialog({ botKey, onMade, onClose }: BotKeyDialogProps) {
  const { t } = useTranslation()
  const platforms = usePlatforms()
  const [wish, setWish] = useState<BotKeyWish>({
    name: botKey?.name ?? '',
    agent: botKey?.agent ?? 'default',
    platforms: botKey?.platforms ?? [],
  })
  const set = (change: Partial<BotKeyWish>) => setWish({ ...wish, ...change })
  const common = { required: true, maxLength: 60, autoComplete: 'off', spellCheck: false }
  return (
    <FormDialog
      title={botKey === undefined ? t('botKeys.add') : t('botKeys.editTitle', { name: botKey.name })}
      action={botKey === undefined ? t('botKeys.addAction') : t('common.save')}
      onSubmit={async () => {
        if (botKey === undefined) return createBotKey(wish)
        await changeBotKey(botKey.id, wish)
        return undefined
      }}
      onDone={(secret) => (secret === undefined ? onClose() : onMade?.(secret))}
      onClose={onClose}
    >
      <TextInput
        {...common}
        label={t('botKeys.name')}
        description={t('botKeys.nameWhy')}
        value={wish.name}
        onChange={({ currentTarget }) => set({ name: currentTarget.value })}
        data-autofocus
      />
      <TextInput
        {...common}
        label={t('bots.agent')}
        description={t('bots.agentWhy')}
        value={wish.agent}
        onChange={({ currentTarget }) => set({ agent: currentTarget.value })}
        autoCapitalize="none"
      />
      <MultiSelect
        label={t('botKeys.platforms')}
        description={t('botKeys.platformsWhy')}
        data={platforms}
        value={wish.platforms}
        onChange={(chosen) => set({ platforms: chosen })}
        {...(wish.platforms.length === 0 && { placeholder: t('botKeys.everyPlatform') })}
        clearable
      />
    </FormDialog>
  )
}
