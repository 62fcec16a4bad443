import { TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'

interface BotFieldsProps {
  name: string
  agent: string
  onName: (name: string) => void
  onAgent: (agent: string) => void
}

/** What a bot is called here, and who answers. */
export function BotFields({ name, agent, onName, onAgent }: BotFieldsProps) {
  const { t } = useTranslation()
  const common = { required: true, maxLength: 100, autoComplete: 'off', spellCheck: false }
  return (
    <>
      <TextInput
        {...common}
        label={t('bots.name')}
        description={t('bots.nameWhy')}
        value={name}
        onChange={({ currentTarget }) => onName(currentTarget.value)}
        data-autofocus
      />
      <TextInput
        {...common}
        label={t('bots.agent')}
        description={t('bots.agentWhy')}
        value={agent}
        onChange={({ currentTarget }) => onAgent(currentTarget.value)}
        autoCapitalize="none"
      />
    </>
  )
}
