import { call } from '@portico/sdk'
import { queryOptions } from '@tanstack/react-query'
import type { Answer } from './answer.ts'
import { portico } from './client.ts'

export const playgroundQuery = queryOptions({
  queryKey: ['playground'],
  queryFn: () => call(portico.GET('/api/playground')),
})

export type Playground = Answer<typeof playgroundQuery>
export type PlaygroundMessage = Playground['messages'][number]

/** What the stream tells: a new or edited message, or that the bot is typing. */
export type PlaygroundChange = { type: 'message'; message: PlaygroundMessage } | { type: 'typing' }

export async function writeToPlayground(text: string): Promise<void> {
  await call(portico.POST('/api/playground/messages', { body: { text } }))
}
