import { NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../api/me.ts'
import { agentsQuery } from '../api/tokens.ts'

interface AgentFieldProps {
  /** Empty: all. */
  value: string
  onChange: (agent: string) => void
}

/** To which agent a token is kept. Only administrators are told which there are; others write its name. */
export function AgentField({ value, onChange }: AgentFieldProps) {
  const { t } = useTranslation()
  const { data: me } = useQuery(meQuery)
  const agents = useQuery({ ...agentsQuery, enabled: me?.role === 'admin' })
  const common = { label: t('tokens.agent'), description: t('tokens.agentWhy'), value }
  if (agents.data === undefined)
    return (
      <TextInput
        {...common}
        placeholder={t('tokens.everyAgent')}
        maxLength={60}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
    )
  const names = [...new Set([...agents.data.map(({ name }) => name), value])].filter(Boolean)
  return (
    <NativeSelect
      {...common}
      data={[{ value: '', label: t('tokens.everyAgent') }, ...names]}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  )
}
