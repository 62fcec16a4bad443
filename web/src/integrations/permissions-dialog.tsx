import { Button, Group, Stack } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Credential, Provider } from '../api/integrations.ts'
import { Dialog } from '../ui/dialog.tsx'
import classes from './dialogs.module.css'
import { ScopeWords } from './scopes.tsx'

interface PermissionsDialogProps {
  credential: Credential
  provider: Provider
  onAsk: (scopes: readonly string[]) => void
  onClose: () => void
}

/** More permissions for an account that is connected: the provider asks for the person's word once more. */
export function PermissionsDialog({ credential, provider, onAsk, onClose }: PermissionsDialogProps) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<readonly string[]>([])
  const open = provider.scopes.filter(({ scope }) => credential.scopes?.includes(scope) !== true)
  return (
    <Dialog
      title={t('integrations.widenTitle', { name: provider.display_name })}
      opened
      onClose={onClose}
      isSticky
    >
      <Stack>
        <fieldset className={classes.choices}>
          <legend>{t('integrations.widenText')}</legend>
          {open.map(({ scope }) => (
            <label key={scope}>
              <input
                type="checkbox"
                checked={chosen.includes(scope)}
                onChange={({ currentTarget: { checked } }) =>
                  setChosen(checked ? [...chosen, scope] : chosen.filter((one) => one !== scope))
                }
              />
              <ScopeWords scope={scope} provider={provider} />
            </label>
          ))}
        </fieldset>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button disabled={chosen.length === 0} onClick={() => onAsk(chosen)}>
            {t('integrations.goTo', { name: provider.display_name })}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
