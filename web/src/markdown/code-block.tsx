import { useTranslation } from 'react-i18next'
import { CopyButton } from '../ui/copy-button.tsx'
import classes from './markdown.module.css'

export function CodeBlock({ code, language }: { code: string; language: string }) {
  const { t } = useTranslation()
  return (
    <figure className={classes.code}>
      <figcaption>
        <span>{language}</span>
        <CopyButton value={code} label={t('chat.copyCode')} />
      </figcaption>
      <pre tabIndex={0}>
        <code>{code}</code>
      </pre>
    </figure>
  )
}
