import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeBot, type Bot } from '../api/bots.ts'
import type { Provider } from '../api/channels.ts'
import { CredentialFields, valuesOf, type Values } from '../channels/credential-fields.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { BotFields } from './bot-fields.tsx'

interface EditBotDialogProps {
  bot: Bot
  channel: Provider | undefined
  onClose: () => void
}

/** What a bot is called, who answers, and its credentials, which are checked only when they are changed. */
export function EditBotDialog({ bot, channel, onClose }: EditBotDialogProps) {
  const { t } = useTranslation()
  const fields = channel?.credential_fields ?? []
  const stored = valuesOf(fields, bot.credential_values)
  const [name, setName] = useState(bot.name)
  const [agent, setAgent] = useState(bot.agent)
  const [values, setValues] = useState<Values>(stored)
  const isChanged = fields.some((field) => values[field.name] !== stored[field.name])
  return (
    <FormDialog
      title={t('bots.editTitle', { name: bot.name })}
      action={t('common.save')}
      onSubmit={() => changeBot(bot.id, { name, agent, ...(isChanged && { values }) })}
      onDone={onClose}
      onClose={onClose}
    >
      <BotFields name={name} agent={agent} onName={setName} onAgent={setAgent} />
      <CredentialFields fields={fields} stored={bot.credential_values} values={values} onChange={setValues} />
    </FormDialog>
  )
}
