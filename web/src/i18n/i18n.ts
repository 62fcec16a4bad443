import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { en } from './en.ts'

export const languages = [
  { code: 'en', name: 'English' },
  { code: 'zh', name: '中文' },
] as const

export type Language = (typeof languages)[number]['code']

const storageKey = 'portico-language'

/** Starts in the language chosen before, else the first of the browser's that we speak, else English. */
export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { en: { translation: en } },
    lng: 'en',
    fallbackLng: 'en',
    interpolation: { escapeValue: false },
  })
  i18next.on('languageChanged', (language) => (document.documentElement.lang = language))
  await changeLanguage(preferredLanguage())
}

/** Loads the words if need be; English is always there. */
export async function changeLanguage(language: Language): Promise<void> {
  if (language === 'zh' && !i18next.hasResourceBundle('zh', 'translation')) {
    const { zh } = await import('./zh.ts')
    i18next.addResourceBundle('zh', 'translation', zh)
  }
  await i18next.changeLanguage(language)
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(storageKey, language)
  await changeLanguage(language)
}

function preferredLanguage(): Language {
  const wishes = [localStorage.getItem(storageKey) ?? '', ...navigator.languages]
  for (const wish of wishes) {
    const found = languages.find((language) => wish.toLowerCase().startsWith(language.code))
    if (found) return found.code
  }
  return 'en'
}
