import { NativeSelect, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { CreditFields } from './credit-fields.tsx'
import { LimitFields } from './limit-fields.tsx'
import { ListInput } from './list-input.tsx'
import { isKnown } from './permissions.ts'
import type { TokenDraft } from './token-draft.ts'
import classes from './tokens.module.css'

interface AdvancedFieldsProps {
  draft: TokenDraft
  isNew: boolean
  onChange: (change: Partial<TokenDraft>) => void
}

/** What few tokens need, folded: how much, from where, and for whose service. */
export function AdvancedFields({ draft, isNew, onChange }: AdvancedFieldsProps) {
  const { t } = useTranslation()
  const { limits, credits, refill, addresses, origins, permissions } = draft
  return (
    <details className={classes.advanced}>
      <summary>{t('tokens.advanced')}</summary>
      <div>
        <LimitFields value={limits} onChange={(value) => onChange({ limits: value })} />
        <CreditFields credits={credits} refill={refill} onChange={onChange} />
        <ListInput
          label={t('tokens.addresses')}
          description={t('tokens.addressesWhy')}
          value={addresses}
          onChange={(value) => onChange({ addresses: value })}
          example="203.0.113.7, 2001:db8::/32"
        />
        <ListInput
          label={t('tokens.own')}
          description={t('tokens.ownWhy')}
          value={permissions.filter((one) => !isKnown(one))}
          onChange={(value) => onChange({ permissions: [...permissions.filter(isKnown), ...value] })}
          example="documents:read"
        />
        <ListInput
          label={t('tokens.origins')}
          description={t('tokens.originsWhy')}
          value={origins}
          onChange={(value) => onChange({ origins: value })}
          example="https://app.example.com"
        />
        {isNew && <KindFields draft={draft} onChange={onChange} />}
      </div>
    </details>
  )
}

/** Chosen once: they never change afterwards. */
function KindFields({ draft, onChange }: Omit<AdvancedFieldsProps, 'isNew'>) {
  const { t } = useTranslation()
  return (
    <div className={classes.pair}>
      <TextInput
        label={t('tokens.type')}
        description={t('tokens.typeWhy')}
        required
        maxLength={32}
        pattern="[a-z][a-z0-9_\-]*"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={draft.type}
        onChange={({ currentTarget }) => onChange({ type: currentTarget.value })}
      />
      <NativeSelect
        label={t('tokens.environment')}
        description={t('tokens.environmentWhy')}
        data={(['live', 'test'] as const).map((value) => ({
          value,
          label: t(`tokens.environments.${value}`),
        }))}
        value={draft.environment}
        onChange={({ currentTarget }) =>
          onChange({ environment: currentTarget.value === 'test' ? 'test' : 'live' })
        }
      />
    </div>
  )
}
