import { Anchor, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addCredential } from '../api/integrations.ts'
import { SecretInput } from '../channels/secret-input.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import classes from './dialogs.module.css'
import { NameInput } from './name-input.tsx'
import { tenantField, TenantInput, usualTenant } from './tenant-input.tsx'
import type { WayProps } from './way.ts'

/** A user name with its password, for services that know nothing better. */
export function PasswordDialog({ provider, name, otherWays, onClose }: WayProps) {
  const { t } = useTranslation()
  const [title, setTitle] = useState(name)
  const [tenant, setTenant] = useState(usualTenant(provider))
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const { label = null, help_url: help = null } = provider.user_password ?? {}
  return (
    <FormDialog
      title={t('integrations.connectTitle', { name: provider.display_name })}
      action={t('integrations.add')}
      onSubmit={() =>
        addCredential(provider.name, {
          type: 'user_password',
          title: title.trim(),
          username: username.trim(),
          password,
          ...tenantField(provider, tenant),
        })
      }
      onDone={onClose}
      onClose={onClose}
    >
      {provider.tenant !== null && (
        <TenantInput tenant={provider.tenant} value={tenant} onChange={setTenant} isFirst />
      )}
      {label !== null && <p className={classes.dim}>{label}</p>}
      <TextInput
        label={t('integrations.username')}
        required
        maxLength={1_000}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={username}
        onChange={({ currentTarget }) => setUsername(currentTarget.value)}
        data-autofocus={provider.tenant === null || undefined}
        data-1p-ignore
        data-bwignore
        data-lpignore="true"
      />
      <SecretInput
        label={t('integrations.password')}
        description={
          help !== null && (
            <Anchor href={help} target="_blank" rel="noreferrer" size="xs">
              {t('integrations.whereToFind')}
            </Anchor>
          )
        }
        required
        value={password}
        onChange={setPassword}
      />
      <NameInput value={title} onChange={setTitle} />
      {otherWays}
    </FormDialog>
  )
}
