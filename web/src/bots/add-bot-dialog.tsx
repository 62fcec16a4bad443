import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addBot } from '../api/bots.ts'
import type { Provider } from '../api/channels.ts'
import { CredentialFields, valuesOf } from '../channels/credential-fields.tsx'
import { Guide } from '../channels/guide.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { BotFields } from './bot-fields.tsx'

interface AddBotDialogProps {
  channels: Provider[]
  onClose: () => void
}

/** Another bot, with an account of its own on its platform. */
export function AddBotDialog({ channels, onClose }: AddBotDialogProps) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState(channels[0]?.provider ?? '')
  const [name, setName] = useState('')
  const [agent, setAgent] = useState('default')
  const [values, setValues] = useState<Record<string, string>>({})
  const channel = channels.find(({ provider }) => provider === chosen)
  const fields = channel?.credential_fields ?? []
  return (
    <FormDialog
      title={t('bots.add')}
      action={t('bots.addAction')}
      progress={t('channels.checking', { provider: channel?.display_name ?? '' })}
      onSubmit={() =>
        addBot({ channel: chosen, name, agent, values: { ...valuesOf(fields, {}), ...values } })
      }
      onDone={onClose}
      onClose={onClose}
    >
      <NativeSelect
        label={t('bots.channel')}
        data={channels.map(({ provider, display_name }) => ({ value: provider, label: display_name }))}
        value={chosen}
        onChange={({ currentTarget }) => {
          setChosen(currentTarget.value)
          setValues({})
        }}
      />
      <BotFields name={name} agent={agent} onName={setName} onAgent={setAgent} />
      <CredentialFields fields={fields} stored={{}} values={values} onChange={setValues} />
      <Guide channel={chosen} />
    </FormDialog>
  )
}
