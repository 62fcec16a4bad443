import { Menu } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { changeToken, type ApiToken, type Receipt } from '../api/tokens.ts'
import { MoreMenu } from '../ui/more-menu.tsx'

export interface TokenActs {
  onChange: () => void
  onRotate: () => void
  onRevoke: () => void
  /** Left out for all but administrators of the server. */
  onLimitOwner?: (() => void) | undefined
}

interface TokenMenuProps extends TokenActs {
  token: ApiToken
  /** Administrators of a workspace only revoke those of others. */
  isMine: boolean
  onChanged?: (receipt: Receipt) => void
  onFailed?: (error: Error) => void
}

/** What can be done with a token that counts. */
export function TokenMenu({ token, isMine, onChanged, onFailed, ...acts }: TokenMenuProps) {
  const { t } = useTranslation()
  const { id, name, enabled, imported } = token
  const switching = useMutation({
    mutationFn: () => changeToken(id, { enabled: !enabled }),
    ...(onChanged !== undefined && { onSuccess: onChanged }),
    ...(onFailed !== undefined && { onError: onFailed }),
  })
  return (
    <MoreMenu name={name} isBusy={switching.isPending}>
      {isMine && (
        <>
          <Menu.Item onClick={acts.onChange}>{t('tokens.change')}</Menu.Item>
          {!imported && <Menu.Item onClick={acts.onRotate}>{t('tokens.rotate')}</Menu.Item>}
          <Menu.Item onClick={() => switching.mutate()}>
            {t(enabled ? 'tokens.switchOff' : 'tokens.switchOn')}
          </Menu.Item>
        </>
      )}
      {acts.onLimitOwner !== undefined && (
        <Menu.Item onClick={acts.onLimitOwner}>{t('tokens.ownerLimits')}</Menu.Item>
      )}
      <Menu.Item c="var(--danger)" onClick={acts.onRevoke}>
        {t('tokens.revoke')}
      </Menu.Item>
    </MoreMenu>
  )
}
