import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiToken, TokenCredits, TokenLimit } from '../api/tokens.ts'
import { Status } from '../ui/status.tsx'
import { RelativeTime, useNow } from '../ui/time.tsx'
import { EndTime } from './end-time.tsx'
import { windows } from './limit-fields.tsx'
import { isKnown } from './permissions.ts'
import { sayToken, stateOf, tones } from './token-state.ts'
import classes from './tokens.module.css'

/** All that is settled about a token, in two columns where there is room. */
export function TokenFacts({ token, owner }: { token: ApiToken; owner: string | undefined }) {
  const { t, i18n } = useTranslation()
  const state = stateOf(token, useNow(10_000))
  const number = new Intl.NumberFormat(i18n.language)
  const { agent_id: agent, expires_at: ends, revoked_at: revoked, last_used_at: used, addresses } = token
  return (
    <dl className={classes.facts}>
      <Fact name={t('tokens.how')}>
        <Status tone={tones[state]}>{t(`tokens.state.${state}`)}</Status>
      </Fact>
      <Fact name={t('tokens.token')}>
        <code>{sayToken(token)}</code>
      </Fact>
      {owner !== undefined && <Fact name={t('tokens.owner')}>{owner}</Fact>}
      <Fact name={t('tokens.lastUsed')}>
        {used === null ? t('tokens.neverUsed') : <RelativeTime at={used} />}
      </Fact>
      <Fact name={t('tokens.uses')}>
        {number.format(token.uses)}
        {token.refusals > 0 && (
          <span className={classes.dim}> · {t('tokens.refusedTimes', { count: token.refusals })}</span>
        )}
      </Fact>
      {revoked === null ? (
        <Fact name={t('tokens.ends')}>{ends === null ? t('tokens.never') : <EndTime at={ends} />}</Fact>
      ) : (
        <Fact name={t('tokens.revokedAt')}>
          <RelativeTime at={revoked} />
        </Fact>
      )}
      <Fact name={t('tokens.agent')}>{agent ?? t('tokens.everyAgent')}</Fact>
      <Fact name={t('tokens.kind')}>
        {token.type} · {t(`tokens.environments.${token.environment}`)}
        {token.imported && <> · {t('tokens.imported')}</>}
      </Fact>
      <Fact name={t('tokens.limits')}>
        <Limits of={token.limits} credits={token.credits} />
      </Fact>
      <Fact name={t('tokens.addresses')}>
        {addresses === null ? t('tokens.anywhere') : addresses.join(', ')}
      </Fact>
      {token.callback_origins !== null && (
        <Fact name={t('tokens.origins')}>{token.callback_origins.join(', ')}</Fact>
      )}
      <Fact name={t('tokens.made')}>
        <RelativeTime at={token.created_at} />
      </Fact>
      <Fact name={t('tokens.may')} isWide>
        <Permissions of={token.permissions} />
      </Fact>
    </dl>
  )
}

function Fact({ name, isWide = false, children }: { name: string; isWide?: boolean; children: ReactNode }) {
  return (
    <div {...(isWide && { 'data-wide': true })}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Permissions({ of: permissions }: { of: readonly string[] }) {
  const { t } = useTranslation()
  if (permissions.length === 0) return t('tokens.noPermissions')
  return (
    <ul className={classes.may}>
      {permissions.map((one) => (
        <li key={one}>
          {isKnown(one) ? (
            <>
              {t(`tokens.permission.${one}.name`)}
              <small>{t(`tokens.permission.${one}.text`)}</small>
            </>
          ) : (
            <code>{one}</code>
          )}
        </li>
      ))}
    </ul>
  )
}

function Limits({ of: limits, credits }: { of: readonly TokenLimit[]; credits: TokenCredits | null }) {
  const { t, i18n } = useTranslation()
  const number = new Intl.NumberFormat(i18n.language)
  const words = limits.map(({ name, limit, window_s }) => {
    const found = (Object.keys(windows) as (keyof typeof windows)[]).find((one) => windows[one] === window_s)
    const per = found === undefined ? t('tokens.perSeconds', { count: window_s }) : t(`tokens.per.${found}`)
    return t('tokens.limitWords', { limit: number.format(limit), name, per })
  })
  if (credits !== null)
    words.push(
      `${t('tokens.creditWords', { count: credits.amount, number: number.format(credits.amount) })}, ${t(`tokens.refills.${credits.refill}`)}`,
    )
  if (words.length === 0) return t('tokens.unlimited')
  return (
    <ul>
      {words.map((one) => (
        <li key={one}>{one}</li>
      ))}
    </ul>
  )
}
