import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { rotateToken, type ApiToken, type MadeToken, type Receipt } from '../api/tokens.ts'
import { isolate } from '../ui/isolate.ts'
import { RotateDialog } from '../ui/rotate-dialog.tsx'
import { OwnerLimitsDialog } from './owner-limits-dialog.tsx'
import { RevokeDialog } from './revoke-dialog.tsx'
import { TokenDialog } from './token-dialog.tsx'
import { TokenSecret } from './token-secret.tsx'
import { useOpener } from './use-opener.ts'

type Shown =
  | { about: 'new' }
  | { about: 'change' | 'rotate'; token: ApiToken }
  | { about: 'revoke'; token: ApiToken; owner?: string | undefined }
  | { about: 'owner-limits'; userId: string; owner: string }
  | { about: 'secret'; made: MadeToken; isRotated: boolean }
  | null

/** The windows about tokens, of which at most one is open, and what opens them. */
export function useTokenDialogs(onChanged?: (receipt: Receipt) => void) {
  const { t } = useTranslation()
  const [shown, setShown] = useState<Shown>(null)
  const remember = useOpener(shown !== null)
  const close = () => setShown(null)
  const open = (next: Shown) => {
    remember()
    setShown(next)
  }
  const dialogs = (
    <>
      {shown?.about === 'new' && (
        <TokenDialog
          onMade={(made) => setShown({ about: 'secret', made, isRotated: false })}
          onClose={close}
        />
      )}
      {shown?.about === 'change' && (
        <TokenDialog token={shown.token} {...(onChanged !== undefined && { onChanged })} onClose={close} />
      )}
      {shown?.about === 'rotate' && (
        <RotateDialog
          title={t('tokens.rotateTitle', { name: isolate(shown.token.name) })}
          why={t('tokens.overlapWhy')}
          onRotate={(seconds) => rotateToken(shown.token.id, seconds)}
          onMade={(made) => setShown({ about: 'secret', made, isRotated: true })}
          onClose={close}
        />
      )}
      {shown?.about === 'revoke' && <RevokeDialog token={shown.token} owner={shown.owner} onClose={close} />}
      {shown?.about === 'owner-limits' && (
        <OwnerLimitsDialog userId={shown.userId} owner={shown.owner} onClose={close} />
      )}
      {shown?.about === 'secret' && (
        <TokenSecret made={shown.made} isRotated={shown.isRotated} onClose={close} />
      )}
    </>
  )
  return {
    dialogs,
    limitOwner: (userId: string, owner: string) => open({ about: 'owner-limits', userId, owner }),
    add: () => open({ about: 'new' }),
    actsOn: (token: ApiToken, owner?: string) => ({
      onChange: () => open({ about: 'change', token }),
      onRotate: () => open({ about: 'rotate', token }),
      onRevoke: () => open({ about: 'revoke', token, owner }),
    }),
  }
}
