import { call } from '@portico/sdk'
import { queryOptions } from '@tanstack/react-query'
import type { Answer } from './answer.ts'
import { refreshChannels } from './channels.ts'
import { portico } from './client.ts'

export const botsQuery = queryOptions({
  queryKey: ['bots'],
  queryFn: async () => (await call(portico.GET('/api/bots'))).bots,
})

export type Bot = Answer<typeof botsQuery>[number]
export type BotRules = Bot['rules']

export interface BotChange {
  name?: string
  agent?: string
  enabled?: boolean
  /** Credentials by field name; the mask keeps what is stored. */
  values?: Record<string, string>
  rules?: BotRules
}

/** Has the platform check the credentials, then adds the bot. */
export async function addBot(body: BotChange & { channel: string; name: string }): Promise<void> {
  await call(portico.POST('/api/bots', { body }))
  await refreshChannels()
}

export async function changeBot(id: string, body: BotChange): Promise<void> {
  await call(portico.PATCH('/api/bots/{id}', { params: { path: { id } }, body }))
  await refreshChannels()
}

export async function removeBot(id: string): Promise<void> {
  await call(portico.DELETE('/api/bots/{id}', { params: { path: { id } } }))
  await refreshChannels()
}

/** Leaves for the platform's page, where a further workspace takes the bot in. */
export async function installBot(id: string): Promise<void> {
  const { url } = await call(portico.POST('/api/bots/{id}/install', { params: { path: { id } } }))
  window.location.assign(url)
}
