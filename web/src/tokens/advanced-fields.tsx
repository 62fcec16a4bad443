import { NativeSelect, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { TokenCredits } from '../api/tokens.ts'
import { LimitFields } from './limit-fields.tsx'
import { ListInput } from './list-input.tsx'
import { isKnown } from './permissions.ts'
import type { TokenDraft } from './token-draft.ts'
import classes from './tokens.module.css'

const refills = ['never', 'daily', 'monthly'] as const satisfies TokenCredits['refill'][]

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
        <div className={classes.pair}>
          <TextInput
            type="number"
            inputMode="numeric"
            min={1}
            step={1}
            label={t('tokens.credits')}
            description={t('tokens.creditsWhy')}
            placeholder={t('tokens.noCredits')}
            value={credits}
            onChange={({ currentTarget }) => onChange({ credits: currentTarget.value })}
          />
          {credits !== '' && (
            <NativeSelect
              label={t('tokens.refill')}
              description={t('tokens.refillWhy')}
              data={refills.map((value) => ({ value, label: t(`tokens.refills.${value}`) }))}
              value={refill}
              onChange={({ currentTarget }) =>
                onChange({ refill: refills.find((one) => one === currentTarget.value) ?? 'never' })
              }
            />
          )}
        </div>
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
