import { call } from '@portico/sdk'
import { queryOptions } from '@tanstack/react-query'
import type { Answer } from './answer.ts'
import { portico, queryClient } from './client.ts'

export const botKeysQuery = queryOptions({
  queryKey: ['bot-keys'],
  queryFn: async () => (await call(portico.GET('/api/bot-keys'))).bot_keys,
})

export type BotKey = Answer<typeof botKeysQuery>[number]

/** What an administrator decides about a key. No platforms: all. */
export interface BotKeyWish {
  name: string
  agent: string
  platforms: string[]
}

/** Answers the key's secret, which is told this once. */
export async function createBotKey(body: BotKeyWish): Promise<string> {
  const { key } = await call(portico.POST('/api/bot-keys', { body }))
  await refresh()
  return key
}

export async function changeBotKey(id: string, body: BotKeyWish): Promise<void> {
  await call(portico.PATCH('/api/bot-keys/{id}', { params: { path: { id } }, body }))
  await refresh()
}

/** Answers the new secret; the one before counts for so many seconds more. */
export async function rotateBotKey(id: string, overlapSeconds: number): Promise<string> {
  const { key } = await call(
    portico.POST('/api/bot-keys/{id}/rotate', {
      params: { path: { id } },
      body: { overlap_s: overlapSeconds },
    }),
  )
  await refresh()
  return key
}

export async function revokeBotKey(id: string): Promise<void> {
  await call(portico.DELETE('/api/bot-keys/{id}', { params: { path: { id } } }))
  await refresh()
}

function refresh(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: botKeysQuery.queryKey })
}
