import { NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Provider } from '../api/integrations.ts'

type Tenant = NonNullable<Provider['tenant']>

interface TenantInputProps {
  tenant: Tenant
  value: string
  onChange: (value: string) => void
  /** Whether it takes the focus when the dialog opens. */
  isFirst?: boolean
}

/** Whose account, or on which host: what the provider's address depends on. */
export function TenantInput({ tenant, value, onChange, isFirst = false }: TenantInputProps) {
  const { t } = useTranslation()
  const [wasLeft, setWasLeft] = useState(false)
  const { label, values, example } = tenant
  if (values !== null) {
    return values.length < 2 ? null : (
      <NativeSelect
        label={label}
        data={values}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
    )
  }
  const isWrong = wasLeft && value !== '' && !fitsTenant(tenant, value)
  return (
    <TextInput
      label={label}
      {...(example !== null && { description: t('integrations.example', { example }) })}
      error={isWrong && t('integrations.tenantWrong')}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value.trim())}
      onBlur={() => setWasLeft(true)}
      required
      maxLength={2_000}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      {...(isFirst && { 'data-autofocus': true })}
    />
  )
}

/** What stands in the field at first: the value of most people. */
export function usualTenant({ tenant }: Pick<Provider, 'tenant'>): string {
  return tenant?.default ?? tenant?.values?.[0] ?? ''
}

export function fitsTenant(tenant: Tenant | null, value: string): boolean {
  return tenant === null || tenant.values?.includes(value) === true || new RegExp(tenant.pattern).test(value)
}

/** The field of a request, where the provider has one. */
export function tenantField({ tenant }: Pick<Provider, 'tenant'>, value: string): { tenant?: string } {
  return tenant === null || value === '' ? {} : { tenant: value }
}
