import { Anchor, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addCredential } from '../api/integrations.ts'
import { SecretInput } from '../channels/secret-input.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { NameInput } from './name-input.tsx'
import { tenantField, TenantInput, usualTenant } from './tenant-input.tsx'
import type { WayProps } from './way.ts'

/** A key that the reader made at the provider. It lives in this form and nowhere else. */
export function KeyDialog({ provider, name, otherWays, onClose }: WayProps) {
  const { t } = useTranslation()
  const [title, setTitle] = useState(name)
  const [tenant, setTenant] = useState(usualTenant(provider))
  const [key, setKey] = useState('')
  const [until, setUntil] = useState('')
  const [wasLeft, setWasLeft] = useState(false)
  const label = provider.api_key?.label ?? t('integrations.kind.api_key')
  const isWrong = key !== '' && !looksRight(key, provider.api_key?.pattern)
  return (
    <FormDialog
      title={t('integrations.connectTitle', { name: provider.display_name })}
      action={t('integrations.add')}
      progress={t('integrations.checkingKey', { name: provider.display_name })}
      onSubmit={async () => {
        setWasLeft(true)
        if (isWrong) return false
        await addCredential(provider.name, {
          type: 'api_key',
          title: title.trim(),
          api_key: key.trim(),
          ...tenantField(provider, tenant),
          ...(until !== '' && { expires_at: endOfDay(until) }),
        })
        return true
      }}
      onDone={(isAdded) => isAdded && onClose()}
      onClose={onClose}
    >
      {provider.tenant !== null && (
        <TenantInput tenant={provider.tenant} value={tenant} onChange={setTenant} />
      )}
      <SecretInput
        label={label}
        description={<WhereToFind url={provider.api_key?.help_url ?? null} />}
        error={wasLeft && isWrong && t('integrations.keyWrong')}
        value={key}
        onChange={setKey}
        onBlur={() => setWasLeft(true)}
        required
        data-autofocus
      />
      <NameInput value={title} onChange={setTitle} />
      <TextInput
        type="date"
        label={t('integrations.until')}
        description={t('integrations.untilWhy')}
        min={new Date().toISOString().slice(0, 10)}
        value={until}
        onChange={({ currentTarget }) => setUntil(currentTarget.value)}
      />
      {otherWays}
    </FormDialog>
  )
}

function WhereToFind({ url }: { url: string | null }) {
  const { t } = useTranslation()
  if (url === null) return t('integrations.keyText')
  return (
    <Anchor href={url} target="_blank" rel="noreferrer" size="xs">
      {t('integrations.whereToFind')}
    </Anchor>
  )
}

/** As the server checks it. */
function looksRight(key: string, pattern: string | null | undefined): boolean {
  return pattern === null || pattern === undefined || new RegExp(`^(?:${pattern})$`).test(key.trim())
}

/** In seconds since 1970, where the reader is. */
function endOfDay(date: string): number {
  return Math.floor(new Date(`${date}T23:59:59`).getTime() / 1000)
}
