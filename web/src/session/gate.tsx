import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { meQuery, setupQuery } from '../api/me.ts'
import { Failure } from '../ui/failure.tsx'
import { Door } from './door.tsx'
import classes from './door.module.css'
import { SignInForm, SignUpForm, type Purpose } from './forms.tsx'
import { Opening } from './opening.tsx'

interface GateProps {
  children: ReactNode
  invitation?: string
  /** What one has to sign in for, where that is something else than the console. */
  purpose?: Purpose
}

/** Shows the page to who is signed in, and the way in to everybody else; the address stays the same. */
export function Gate({ children, invitation, purpose }: GateProps) {
  const setup = useQuery(setupQuery)
  const me = useQuery(meQuery)
  const { t } = useTranslation()
  const broken = setup.error ?? me.error
  if (broken !== null && (setup.data === undefined || me.data === undefined)) {
    return (
      <div className={classes.center}>
        <Failure error={broken} onRetry={() => void Promise.all([setup.refetch(), me.refetch()])} />
      </div>
    )
  }
  if (setup.data === undefined || me.data === undefined) {
    return <Opening />
  }
  if (me.data !== null) return children
  if (setup.data.auth_mode === 'jwt') {
    return <Door title={t('session.outsideTitle')} text={t('session.outsideText')} />
  }
  if (setup.data.needs_admin) {
    return (
      <Door title={t('session.firstTitle')} text={t('session.firstText')}>
        <SignUpForm action={t('session.firstAction')} />
      </Door>
    )
  }
  return invitation === undefined ? (
    <SignInForm canSignUp={setup.data.sign_up === 'open'} {...(purpose !== undefined && { purpose })} />
  ) : (
    <Door title={t('session.inviteTitle')} text={t('session.inviteText')}>
      <SignUpForm action={t('session.signUp')} invitation={invitation} />
    </Door>
  )
}
