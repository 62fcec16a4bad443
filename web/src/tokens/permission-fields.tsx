import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../api/me.ts'
import { administrators, everybodys } from './permissions.ts'
import classes from './tokens.module.css'

interface PermissionFieldsProps {
  value: string[]
  onChange: (value: string[]) => void
  error?: string | undefined
}

/** Portico's own permissions, each with what it opens. Those that reach beyond the reader are shown to administrators. */
export function PermissionFields({ value, onChange, error }: PermissionFieldsProps) {
  const { t } = useTranslation()
  const { data: me } = useQuery(meQuery)
  const wide = administrators.filter((one) => me?.role === 'admin' || value.includes(one))
  return (
    <fieldset
      className={classes.permissions}
      {...(error !== undefined && { 'aria-describedby': 'permissions-error' })}
    >
      <legend>{t('tokens.mayDo')}</legend>
      {[...everybodys, ...wide].map((one) => (
        <label key={one}>
          <input
            type="checkbox"
            checked={value.includes(one)}
            onChange={({ currentTarget: { checked } }) =>
              onChange(checked ? [...value, one] : value.filter((other) => other !== one))
            }
          />
          <span>
            <span>{t(`tokens.permission.${one}.name`)}</span>
            <small>{t(`tokens.permission.${one}.text`)}</small>
          </span>
        </label>
      ))}
      {error !== undefined && (
        <p id="permissions-error" className={classes.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  )
}
