import { Button, CloseButton, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiToken, Receipt, Whose } from '../api/tokens.ts'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { useNow } from '../ui/time.tsx'
import { ReceiptWords } from './receipt.tsx'
import type { TokenActs } from './token-menu.tsx'
import { TokenRow } from './token-row.tsx'
import { findTokens, isOver, stateOf, states, type TokenState } from './token-state.ts'
import classes from './tokens.module.css'
import type { useOwners } from './use-owners.ts'

interface TokenListProps {
  tokens: ApiToken[]
  whose: Whose
  owners: ReturnType<typeof useOwners>
  actsOn: (token: ApiToken, owner?: string) => TokenActs
  onLimitOwner?: (userId: string, owner: string) => void
}

/** The tokens that count, and folded below them those that count no more; all that fit where one searches. */
export function TokenList({ tokens, whose, owners, actsOn, onLimitOwner }: TokenListProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [state, setState] = useState<TokenState>()
  const [error, setError] = useState<Error | null>(null)
  const [receipt, setReceipt] = useState<Receipt>()
  const now = useNow(10_000)
  const ownerOf = ({ user_id }: ApiToken) => (whose === 'mine' ? undefined : owners.nameOf(user_id))
  const isWhole = typed.trim() === '' && state === undefined
  const fitting = findTokens(tokens, typed, ownerOf).filter(
    (token) => state === undefined || stateOf(token, now) === state,
  )
  const ended = isWhole ? fitting.filter((token) => isOver(token, now)) : []
  const shown = fitting.filter((token) => !ended.includes(token))
  const table = (list: ApiToken[], label: string, areOver = false) => (
    <div className={classes.table} role="table" aria-label={label}>
      <Columns areOver={areOver} />
      {list.map((token) => {
        const isMine = owners.isMine(token.user_id)
        const owner = whose === 'mine' ? undefined : (ownerOf(token) ?? t('tokens.somebody'))
        return (
          <TokenRow
            key={token.id}
            token={token}
            isMine={isMine}
            owner={owner}
            onFailed={setError}
            onChanged={(news) => {
              setReceipt(news)
              setError(null)
            }}
            {...actsOn(token, isMine ? undefined : owner)}
            {...(onLimitOwner !== undefined &&
              owner !== undefined && { onLimitOwner: () => onLimitOwner(token.user_id, owner) })}
          />
        )
      })}
    </div>
  )
  return (
    <section aria-label={t('tokens.title')}>
      <div className={classes.search}>
        <TextInput
          type="search"
          aria-label={t('tokens.search')}
          placeholder={t('tokens.search')}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          onKeyDown={({ key }) => key === 'Escape' && setTyped('')}
          autoComplete="off"
          spellCheck={false}
          rightSection={
            typed !== '' && (
              <CloseButton size="sm" aria-label={t('tokens.clear')} onClick={() => setTyped('')} />
            )
          }
        />
        <NativeSelect
          aria-label={t('tokens.filter')}
          data={[
            { value: '', label: t('tokens.anyState') },
            ...states.map((value) => ({ value, label: t(`tokens.state.${value}`) })),
          ]}
          value={state ?? ''}
          onChange={({ currentTarget }) => setState(states.find((one) => one === currentTarget.value))}
        />
      </div>
      <p className={classes.hidden} role="status">
        {!isWhole && t('tokens.found', { count: fitting.length })}
      </p>
      <div role="status" className={classes.news}>
        {receipt?.effective === 'partial' && <ReceiptWords receipt={receipt} of="changed" />}
      </div>
      {error !== null && <Failure error={error} />}
      {shown.length > 0 ? (
        table(shown, t('tokens.title'))
      ) : isWhole ? (
        <p className={classes.none}>{t('tokens.noneInForce')}</p>
      ) : (
        <Empty title={t('tokens.noneFound')} text={t('tokens.noneFoundText')}>
          <Button
            variant="default"
            onClick={() => {
              setTyped('')
              setState(undefined)
            }}
          >
            {t('tokens.showAll')}
          </Button>
        </Empty>
      )}
      {ended.length > 0 && (
        <details className={classes.ended}>
          <summary>{t('tokens.ended', { count: ended.length })}</summary>
          {table(ended, t('tokens.endedTable'), true)}
        </details>
      )}
    </section>
  )
}

const columns = ['tokens.name', 'tokens.may', 'tokens.lastUsed', 'tokens.uses'] as const

function Columns({ areOver }: { areOver: boolean }) {
  const { t } = useTranslation()
  return (
    <div className={classes.columns} role="row">
      {[...columns, areOver ? ('tokens.endedAt' as const) : ('tokens.ends' as const)].map((name) => (
        <span key={name} role="columnheader">
          {t(name)}
        </span>
      ))}
      <span role="columnheader">
        <span className={classes.hidden}>{t('tokens.acts')}</span>
      </span>
    </div>
  )
}
