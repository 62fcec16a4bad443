import { Menu } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeEndpoint, removeEndpoint, type Endpoint } from '../api/webhooks.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { MoreMenu } from '../ui/more-menu.tsx'

export interface EndpointActs {
  onEdit: () => void
  onRotate: () => void
  onRemoved?: () => void
}

/** What administrators do with one endpoint. */
export function EndpointMenu({
  endpoint,
  onEdit,
  onRotate,
  onRemoved,
}: { endpoint: Endpoint } & EndpointActs) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState<'pause' | 'remove' | null>(null)
  const { id, url, enabled } = endpoint
  const resuming = useMutation({ mutationFn: () => changeEndpoint(id, { enabled: true }) })
  const name = new URL(url).host
  const close = () => setAsking(null)
  return (
    <>
      <MoreMenu name={name} isBusy={resuming.isPending}>
        <Menu.Item onClick={onEdit}>{t('webhooks.edit')}</Menu.Item>
        <Menu.Item onClick={onRotate}>{t('webhooks.rotate')}</Menu.Item>
        {enabled ? (
          <Menu.Item onClick={() => setAsking('pause')}>{t('webhooks.pause')}</Menu.Item>
        ) : (
          <Menu.Item onClick={() => resuming.mutate()}>{t('webhooks.resume')}</Menu.Item>
        )}
        <Menu.Item c="var(--danger)" onClick={() => setAsking('remove')}>
          {t('common.delete')}
        </Menu.Item>
      </MoreMenu>
      <ConfirmDialog
        title={t('webhooks.pauseTitle', { name })}
        text={t('webhooks.pauseText')}
        action={t('webhooks.pause')}
        onConfirm={() => changeEndpoint(id, { enabled: false })}
        opened={asking === 'pause'}
        onClose={close}
      />
      <ConfirmDialog
        title={t('webhooks.removeTitle', { name })}
        text={t('webhooks.removeText')}
        action={t('common.delete')}
        onConfirm={async () => {
          await removeEndpoint(id)
          onRemoved?.()
        }}
        opened={asking === 'remove'}
        onClose={close}
      />
    </>
  )
}
