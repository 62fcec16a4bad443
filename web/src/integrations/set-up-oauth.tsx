import { Anchor } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Provider } from '../api/integrations.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import classes from './dialogs.module.css'

/** Signing in at the provider waits for its client: what administrators do about it, and what others can. */
export function SetUpOAuth({ provider }: { provider: Provider }) {
  const { t } = useTranslation()
  const { display_name: name, register, configured } = provider
  if (configured) return <p>{t('integrations.forPrograms', { name })}</p>
  if (register === null) return <p>{t('integrations.askAdministrator', { name })}</p>
  return (
    <div className={classes.setUp}>
      <p>{t('integrations.setUpText', { name })}</p>
      <ol>
        <li>
          {register.url === null ? (
            t('integrations.setUpRegister', { name })
          ) : (
            <Anchor href={register.url} target="_blank" rel="noreferrer">
              {t('integrations.setUpRegister', { name })}
            </Anchor>
          )}
          {register.note !== null && <p className={classes.dim}>{register.note}</p>}
        </li>
        <li>
          {t('integrations.setUpRedirect')}
          <Copyable text={register.redirect_uri} label={t('integrations.copyRedirect')} />
        </li>
        <li>
          {t('integrations.setUpConfig')}
          <Copyable text={configOf(provider.name)} label={t('integrations.copyConfig')} />
        </li>
      </ol>
    </div>
  )
}

function Copyable({ text, label }: { text: string; label: string }): ReactNode {
  return (
    <div className={classes.copyable}>
      <pre tabIndex={0}>{text}</pre>
      <CopyButton value={text} label={label} />
    </div>
  )
}

function configOf(id: string): string {
  const variable = `${id.toUpperCase().replaceAll('-', '_')}_CLIENT_SECRET`
  return `integrations:\n  providers:\n    ${id}:\n      client_id: "…"\n      client_secret: $${variable}`
}
