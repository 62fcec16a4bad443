import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ApiToken, Receipt } from '../api/tokens.ts'
import { Status } from '../ui/status.tsx'
import { RelativeTime, useNow } from '../ui/time.tsx'
import { EndTime } from './end-time.tsx'
import { isKnown } from './permissions.ts'
import { ownType } from './token-draft.ts'
import { TokenMenu, type TokenActs } from './token-menu.tsx'
import { isOver, sayToken, stateOf, tones } from './token-state.ts'
import classes from './tokens.module.css'

interface TokenRowProps extends TokenActs {
  token: ApiToken
  isMine: boolean
  /** Shown where the list is everybody's. */
  owner: string | undefined
  onChanged: (receipt: Receipt) => void
  onFailed: (error: Error) => void
}

const mostNamed = 2

/** One token in a line: what it is, what it may do, and how much it is used. Its name leads to all of it. */
export function TokenRow({ token, isMine, owner, ...acts }: TokenRowProps) {
  const { t, i18n } = useTranslation()
  const now = useNow(10_000)
  const state = stateOf(token, now)
  const { id, name, type, environment, agent_id: agent, uses } = token
  const kind = [
    owner,
    type === ownType ? undefined : type,
    environment === 'test' ? t('tokens.environments.test') : undefined,
    agent === null ? undefined : t('tokens.onlyAgent', { agent }),
  ].filter((part) => part !== undefined)
  return (
    <div className={classes.row} role="row">
      <span role="cell">
        <Link to="/tokens/$tokenId" params={{ tokenId: id }} className={classes.name} dir="auto">
          {name}
        </Link>
        <span className={classes.which}>
          <Status tone={tones[state]}>{t(`tokens.state.${state}`)}</Status>
          <code className={classes.line}>{sayToken(token)}</code>
        </span>
        {kind.length > 0 && <span className={classes.line}>{kind.join(' · ')}</span>}
      </span>
      <span role="cell">
        <Permissions of={token} />
      </span>
      <span role="cell" data-label={t('tokens.lastUsed')} className={classes.dim}>
        {token.last_used_at === null ? t('tokens.neverUsed') : <RelativeTime at={token.last_used_at} />}
      </span>
      <span role="cell" data-label={t('tokens.uses')} className={classes.number}>
        {new Intl.NumberFormat(i18n.language).format(uses)}
      </span>
      <span
        role="cell"
        data-label={t(isOver(token, now) ? 'tokens.endedAt' : 'tokens.ends')}
        className={classes.dim}
      >
        <End of={token} />
      </span>
      <span role="cell" className={classes.end}>
        {!isOver(token, now) && <TokenMenu token={token} isMine={isMine} {...acts} />}
      </span>
    </div>
  )
}

/** The first ones by name. */
function Permissions({ of: { permissions } }: { of: ApiToken }) {
  const { t } = useTranslation()
  const words = permissions.map((one) => (isKnown(one) ? t(`tokens.permission.${one}.name`) : one))
  if (words.length === 0) return <span className={classes.dim}>{t('tokens.noPermissions')}</span>
  const more = words.length - mostNamed
  return (
    <>
      {words.slice(0, mostNamed).join(', ')}
      {more > 0 && <span className={classes.dim}> {t('tokens.more', { count: more })}</span>}
    </>
  )
}

function End({ of: { expires_at, revoked_at } }: { of: ApiToken }) {
  const { t } = useTranslation()
  if (revoked_at !== null) return <EndTime at={revoked_at} />
  return expires_at === null ? t('tokens.never') : <EndTime at={expires_at} />
}
