import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../api/me.ts'
import { chooseLanguage, languages } from '../i18n/i18n.ts'
import { signOut } from '../session/auth.ts'
import { CheckIcon } from '../ui/icons.tsx'
import classes from './frame.module.css'

const themes = [
  { scheme: 'auto', name: 'frame.themeAuto' },
  { scheme: 'light', name: 'frame.themeLight' },
  { scheme: 'dark', name: 'frame.themeDark' },
] as const

/** Who is signed in, how the page looks and speaks, and the way out. */
export function AccountMenu() {
  const { t, i18n } = useTranslation()
  const { data: me } = useQuery(meQuery)
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  if (me === undefined || me === null) return null
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton className={classes.account} aria-label={`${me.name}, ${t('frame.account')}`}>
          <span className={classes.initial} data-letter={me.name.slice(0, 1).toUpperCase()} />
          <span className={classes.name}>{me.name}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.me}>
          <strong>{me.name}</strong>
          {me.email !== null && <span>{me.email}</span>}
          {me.role === 'admin' && <span>{t('frame.admin')}</span>}
        </div>
        <Menu.Divider />
        <Menu.Label>{t('frame.theme')}</Menu.Label>
        {themes.map(({ scheme, name }) => (
          <Menu.Item
            key={scheme}
            rightSection={colorScheme === scheme && <CheckIcon size={16} />}
            onClick={() => setColorScheme(scheme)}
          >
            {t(name)}
          </Menu.Item>
        ))}
        <Menu.Label>{t('frame.language')}</Menu.Label>
        {languages.map(({ code, name }) => (
          <Menu.Item
            key={code}
            lang={code}
            rightSection={i18n.language === code && <CheckIcon size={16} />}
            onClick={() => void chooseLanguage(code)}
          >
            {name}
          </Menu.Item>
        ))}
        {me.signed_in_by === 'session' && (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => void signOut()}>{t('frame.signOut')}</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
