import { PorticoError } from '@portico/sdk'
import { queryClient } from '../api/client.ts'
import { meQuery, setupQuery } from '../api/me.ts'

export interface Credentials {
  email: string
  password: string
}

export async function signIn(credentials: Credentials): Promise<void> {
  await post('sign-in/email', credentials)
  await enter()
}

/** An invitation is needed where sign-up is not open, except for the first account. */
export async function signUp(input: Credentials & { name: string; invitation?: string }): Promise<void> {
  await post('sign-up/email', input)
  await enter()
}

export async function signOut(): Promise<void> {
  await post('sign-out', {})
  queryClient.setQueryData(meQuery.queryKey, null)
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' && queryKey[0] !== 'setup' })
}

async function enter(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: setupQuery.queryKey }),
    queryClient.query({ ...meQuery, staleTime: 0 }),
  ])
}

/** The sign-in service is no part of the API document, so that its calls are made by hand. */
async function post(path: string, body: object): Promise<void> {
  const token = /(?:^|; )csrf_token=([^;]*)/.exec(document.cookie)?.[1]
  const response = await fetch(`/api/auth/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { 'x-csrf-token': decodeURIComponent(token) }),
    },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new PorticoError(response, await response.json().catch(() => undefined))
}
