import { MultiSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addEndpoint, changeEndpoint, type Endpoint, type EndpointWish } from '../api/webhooks.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { eventFilters } from './endpoint-state.ts'

interface EndpointDialogProps {
  /** Left out: a new one. */
  endpoint?: Endpoint
  onMade?: (secret: string) => void
  onClose: () => void
}

/** Where to tell, and of what. */
export function EndpointDialog({ endpoint, onMade, onClose }: EndpointDialogProps) {
  const { t } = useTranslation()
  const [wish, setWish] = useState<EndpointWish>({
    url: endpoint?.url ?? '',
    description: endpoint?.description ?? '',
    events: endpoint?.events ?? [],
  })
  const set = (change: Partial<EndpointWish>) => setWish({ ...wish, ...change })
  return (
    <FormDialog
      title={endpoint === undefined ? t('webhooks.add') : t('webhooks.editTitle')}
      action={endpoint === undefined ? t('webhooks.addAction') : t('common.save')}
      onSubmit={async () => {
        if (endpoint === undefined) return addEndpoint(wish)
        await changeEndpoint(endpoint.id, wish)
        return undefined
      }}
      onDone={(secret) => (secret === undefined ? onClose() : onMade?.(secret))}
      onClose={onClose}
    >
      <TextInput
        label={t('webhooks.url')}
        description={t('webhooks.urlWhy')}
        type="url"
        required
        maxLength={2_000}
        autoComplete="off"
        spellCheck={false}
        value={wish.url}
        onChange={({ currentTarget }) => set({ url: currentTarget.value })}
        data-autofocus
      />
      <MultiSelect
        label={t('webhooks.events')}
        description={t('webhooks.eventsWhy')}
        data={eventFilters}
        value={wish.events}
        onChange={(events) => set({ events })}
        {...(wish.events.length === 0 && { placeholder: t('webhooks.everything') })}
        clearable
      />
      <TextInput
        label={t('webhooks.description')}
        description={t('channels.optional')}
        maxLength={500}
        autoComplete="off"
        value={wish.description}
        onChange={({ currentTarget }) => set({ description: currentTarget.value })}
      />
    </FormDialog>
  )
}
