import { Button, Group, Stack } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { ConnectWish } from '../api/integrations.ts'
import { Dialog } from '../ui/dialog.tsx'
import classes from './dialogs.module.css'
import { ScopeList } from './scopes.tsx'
import { SetUpOAuth } from './set-up-oauth.tsx'
import { fitsTenant, tenantField, TenantInput, usualTenant } from './tenant-input.tsx'
import type { WayProps } from './way.ts'

interface OAuthDialogProps extends WayProps {
  onBegin: (wish: ConnectWish) => void
}

/** What the agent will be able to do, before the provider asks the same in its own words. */
export function OAuthDialog({ provider, otherWays, onBegin, onClose }: OAuthDialogProps) {
  const { t } = useTranslation()
  const [tenant, setTenant] = useState(usualTenant(provider))
  const name = provider.display_name
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!fitsTenant(provider.tenant, tenant)) return
    onBegin({ provider: provider.name, ...tenantField(provider, tenant) })
  }
  return (
    <Dialog title={t('integrations.connectTitle', { name })} opened onClose={onClose}>
      {provider.can_connect ? (
        <form onSubmit={submit} autoComplete="off">
          <Stack>
            {provider.tenant !== null && (
              <TenantInput tenant={provider.tenant} value={tenant} onChange={setTenant} isFirst />
            )}
            <ScopeList
              title={t('integrations.agentWill')}
              scopes={provider.default_scopes}
              provider={provider}
            />
            <p className={classes.dim}>{t('integrations.oauthText', { name })}</p>
            {otherWays}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {t('common.cancel')}
              </Button>
              <Button type="submit" data-autofocus={provider.tenant === null || undefined}>
                {t('integrations.goTo', { name })}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <Stack>
          <SetUpOAuth provider={provider} />
          {otherWays}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common.close')}
            </Button>
          </Group>
        </Stack>
      )}
    </Dialog>
  )
}
