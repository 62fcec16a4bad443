import { UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Provider } from '../api/integrations.ts'
import classes from './services.module.css'
import { ProviderMark } from './provider-mark.tsx'
import { isOpen } from './provider-ways.ts'

interface ProviderTileProps {
  provider: Provider
  /** Of accounts that the reader has connected. */
  count: number
  onChoose: () => void
}

export function ProviderTile({ provider, count, onChoose }: ProviderTileProps) {
  const { t } = useTranslation()
  const { name: id, display_name: name } = provider
  const canConnect = isOpen(provider)
  const note =
    count > 0 ? t('integrations.accounts', { count }) : canConnect ? undefined : t('integrations.notSetUp')
  return (
    <li>
      <UnstyledButton className={classes.tile} onClick={onChoose} data-closed={!canConnect || undefined}>
        <ProviderMark provider={id} name={name} />
        <span className={classes.tileName}>
          {name}
          {note !== undefined && <span className={classes.note}>{note}</span>}
        </span>
      </UnstyledButton>
    </li>
  )
}
