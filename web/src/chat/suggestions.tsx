import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from './messages.module.css'

const suggestions = ['chat.suggestion1', 'chat.suggestion2', 'chat.suggestion3', 'chat.suggestion4'] as const

interface SuggestionsProps {
  onChoose: (text: string) => void
  isBusy: boolean
}

/** What the built-in guide understands, one press each. */
export function Suggestions({ onChoose, isBusy }: SuggestionsProps) {
  const { t } = useTranslation()
  return (
    <div className={classes.suggestions} role="group" aria-label={t('chat.try')}>
      {suggestions.map((name) => (
        <Button key={name} variant="default" size="xs" disabled={isBusy} onClick={() => onChoose(t(name))}>
          {t(name)}
        </Button>
      ))}
    </div>
  )
}
