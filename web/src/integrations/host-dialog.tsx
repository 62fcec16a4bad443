import { ActionIcon, Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addCredential } from '../api/integrations.ts'
import { SecretInput } from '../channels/secret-input.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { CloseIcon } from '../ui/icons.tsx'
import classes from './dialogs.module.css'
import { NameInput } from './name-input.tsx'
import type { WayProps } from './way.ts'

interface Header {
  name: string
  value: string
}

const mostHeaders = 20

/** Headers for one host, and for no other. */
export function HostDialog({ provider, name, otherWays, onClose }: WayProps) {
  const { t } = useTranslation()
  const [title, setTitle] = useState(name)
  const [host, setHost] = useState('')
  const [headers, setHeaders] = useState<Header[]>([{ name: 'Authorization', value: '' }])
  return (
    <FormDialog
      title={t('integrations.connectTitle', { name: provider.display_name })}
      action={t('integrations.add')}
      onSubmit={() =>
        addCredential(provider.name, {
          type: 'host_scoped',
          title: title.trim(),
          host: host.trim(),
          headers: Object.fromEntries(headers.map((header) => [header.name.trim(), header.value.trim()])),
        })
      }
      onDone={onClose}
      onClose={onClose}
    >
      <TextInput
        label={t('integrations.host')}
        description={t('integrations.hostWhy')}
        placeholder="api.example.com"
        required
        maxLength={300}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={host}
        onChange={({ currentTarget }) => setHost(currentTarget.value)}
        data-autofocus
      />
      <HeaderRows headers={headers} onChange={setHeaders} />
      <NameInput value={title} onChange={setTitle} />
      {otherWays}
    </FormDialog>
  )
}

interface HeaderRowsProps {
  headers: Header[]
  onChange: (headers: Header[]) => void
}

function HeaderRows({ headers, onChange }: HeaderRowsProps) {
  const { t } = useTranslation()
  const set = (index: number, change: Partial<Header>) =>
    onChange(headers.map((header, at) => (at === index ? { ...header, ...change } : header)))
  return (
    <fieldset className={classes.headers}>
      <legend>{t('integrations.headers')}</legend>
      {headers.map((header, index) => (
        <div key={index}>
          <TextInput
            aria-label={t('integrations.headerName')}
            placeholder={t('integrations.headerName')}
            required
            maxLength={200}
            pattern="[!#$%&'*+.^_`\|~0-9A-Za-z\-]+"
            autoComplete="off"
            spellCheck={false}
            value={header.name}
            onChange={({ currentTarget }) => set(index, { name: currentTarget.value })}
          />
          <SecretInput
            aria-label={t('integrations.headerValue')}
            placeholder={t('integrations.headerValue')}
            required
            value={header.value}
            onChange={(value) => set(index, { value })}
          />
          {headers.length > 1 && (
            <ActionIcon
              variant="subtle"
              color="gray"
              c="dimmed"
              size={36}
              aria-label={t('integrations.removeHeader', { name: header.name })}
              onClick={() => onChange(headers.filter((_header, at) => at !== index))}
            >
              <CloseIcon size={16} />
            </ActionIcon>
          )}
        </div>
      ))}
      {headers.length < mostHeaders && (
        <Button variant="default" size="xs" onClick={() => onChange([...headers, { name: '', value: '' }])}>
          {t('integrations.addHeader')}
        </Button>
      )}
    </fieldset>
  )
}
