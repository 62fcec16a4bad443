import { NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { agentsQuery } from '../api/tokens.ts'

interface AgentFieldProps {
  /** Empty: all. */
  value: string
  onChange: (agent: string) => void
}

/** To which agent a token is kept. */
export function AgentField({ value, onChange }: AgentFieldProps) {
  const { t } = useTranslation()
  const { data: agents = [] } = useQuery(agentsQuery)
  // The one in force may be configured no more.
  const names = [...new Set([...agents.map(({ name }) => name), value])].filter(Boolean)
  return (
    <NativeSelect
      label={t('tokens.agent')}
      description={t('tokens.agentWhy')}
      data={[{ value: '', label: t('tokens.everyAgent') }, ...names]}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  )
}
