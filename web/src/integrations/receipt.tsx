import { Anchor } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Revocation } from '../api/integrations.ts'
import { isolate } from '../ui/isolate.ts'
import { Status } from '../ui/status.tsx'
import classes from './accounts.module.css'

const tones = { done: 'good', pending: 'waiting', failed: 'bad', impossible: 'off' } as const

/** What came of taking an access back, without promising more than the provider did. */
export function Receipt({ of, name }: { of: Revocation; name: string }) {
  const { t } = useTranslation()
  return (
    <div className={classes.receipt}>
      <Status tone={tones[of.state]}>{t(`integrations.receipt.${of.state}`)}</Status>
      <p>{t(`integrations.receipt.${wordOf(of)}`, { name, account: isolate(of.account ?? of.title) })}</p>
      {of.state !== 'done' && of.manage_url !== null && (
        <p>
          <Anchor href={of.manage_url} target="_blank" rel="noreferrer">
            {t('integrations.receipt.manage', { name })}
          </Anchor>
        </p>
      )}
    </div>
  )
}

function wordOf({ state, effect, steps, manage_url }: Revocation) {
  switch (state) {
    case 'done': {
      if (effect === 'grant') return 'wholeGrant'
      const kinds = new Set(steps.map(({ token }) => token))
      return kinds.size === 2 ? 'bothTokens' : 'oneToken'
    }
    case 'pending':
      return 'unreachable'
    case 'failed':
      return 'refused'
    case 'impossible':
      return manage_url === null ? 'hereAlone' : 'hereOnly'
  }
}
