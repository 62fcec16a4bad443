import { NativeSelect, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { TokenCredits } from '../api/tokens.ts'
import type { TokenDraft } from './token-draft.ts'
import classes from './tokens.module.css'

const refills = ['never', 'daily', 'monthly'] as const satisfies TokenCredits['refill'][]

type Credits = Pick<TokenDraft, 'credits' | 'refill'>

interface CreditFieldsProps extends Credits {
  onChange: (change: Partial<Credits>) => void
}

/** How many uses there are, and whether they are given anew. */
export function CreditFields({ credits, refill, onChange }: CreditFieldsProps) {
  const { t } = useTranslation()
  return (
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
  )
}
