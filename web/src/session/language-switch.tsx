import { Anchor } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { chooseLanguage, languages } from '../i18n/i18n.ts'

/** The languages that are not in use, each by its own name. */
export function LanguageSwitch() {
  const { i18n } = useTranslation()
  return languages
    .filter(({ code }) => code !== i18n.language)
    .map(({ code, name }) => (
      <Anchor
        key={code}
        component="button"
        type="button"
        lang={code}
        size="sm"
        c="dimmed"
        onClick={() => void chooseLanguage(code)}
      >
        {name}
      </Anchor>
    ))
}
