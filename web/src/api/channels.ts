import { call } from '@portico/sdk'
import { queryOptions } from '@tanstack/react-query'
import type { Answer } from './answer.ts'
import { portico, queryClient } from './client.ts'

export const providersQuery = queryOptions({
  queryKey: ['providers'],
  queryFn: () => call(portico.GET('/api/channels/providers')),
})

export const connectionsQuery = queryOptions({
  queryKey: ['connections'],
  queryFn: async () => (await call(portico.GET('/api/channels/connections'))).connections,
})

export type Provider = Answer<typeof providersQuery>['providers'][number]
export type ProviderBot = Provider['bots'][number]
export type CredentialField = Provider['credential_fields'][number]
export type Connection = Answer<typeof connectionsQuery>[number]

/** A connect code as the page shows it. */
export interface ConnectCode {
  code: string
  /** What to send to the bot. */
  command: string
  /** Opens the chat with the code filled in, on platforms that can. */
  url: string | null
  instruction: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

export interface ConnectWish {
  provider: string
  /** One bot of several. */
  bot_id?: string
  /** The account from which the code will come, where others can read it. */
  username?: string
}

export async function makeConnectCode({ provider, ...body }: ConnectWish): Promise<ConnectCode> {
  const { code, mode, url, instruction, expires_in } = await call(
    portico.POST('/api/channels/{provider}/connect', { params: { path: { provider } }, body }),
  )
  const command = `${mode === 'deep_link' ? '/start' : '/connect'} ${code}`
  return { code, command, url, instruction, expiresAt: Date.now() + expires_in * 1000 }
}

/** Stands for a stored secret, which is never shown; sent back, it keeps what is stored. */
export const secretMask = '********'

/** Has the platform check the credentials and starts the channel with them; answers its new state. */
export async function enterCredentials(provider: string, values: Record<string, string>): Promise<Provider> {
  const path = { provider }
  const started = await call(
    portico.POST('/api/channels/{provider}/runtime-config', { params: { path }, body: { values } }),
  )
  await refreshChannels()
  return started
}

/** Types what a login asks for. */
export async function answerLogin({ loginId, value }: { loginId: string; value: string }): Promise<void> {
  await call(
    portico.POST('/api/channels/logins/{login_id}', {
      params: { path: { login_id: loginId } },
      body: { value },
    }),
  )
}

/** Stops a channel, ends everybody's connections to it and forgets its credentials. */
export async function removeChannel(provider: string): Promise<void> {
  await call(portico.DELETE('/api/channels/{provider}/runtime-config', { params: { path: { provider } } }))
  await refreshChannels()
}

/** Connects the bots of a channel anew; false when that was not possible. */
export async function restartChannel(name: string): Promise<boolean> {
  const { success } = await call(portico.POST('/api/channels/{name}/restart', { params: { path: { name } } }))
  await refreshChannels()
  return success
}

export async function disconnect(connectionId: string): Promise<void> {
  await call(portico.DELETE('/api/channels/connections/{id}', { params: { path: { id: connectionId } } }))
  await refreshChannels()
}

/** Reads again what a change of a channel or of a bot may have changed. */
export async function refreshChannels(): Promise<void> {
  const keys = [connectionsQuery.queryKey, providersQuery.queryKey, ['bots']]
  await Promise.all(keys.map((queryKey) => queryClient.invalidateQueries({ queryKey })))
}
