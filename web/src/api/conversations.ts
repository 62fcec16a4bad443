import { call } from '@portico/sdk'
import { queryOptions } from '@tanstack/react-query'
import type { Answer } from './answer.ts'
import { portico, queryClient } from './client.ts'

const path = (id: string) => ({ params: { path: { id } } })

export const conversationsQuery = queryOptions({
  queryKey: ['conversations'],
  queryFn: async () => (await call(portico.GET('/api/conversations'))).conversations,
  refetchInterval: 15_000,
})

export const threadQuery = (id: string) =>
  queryOptions({
    queryKey: ['conversations', id, 'messages'],
    queryFn: () => call(portico.GET('/api/conversations/{id}/messages', path(id))),
    refetchInterval: 5_000,
  })

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: ['conversations', id],
    queryFn: () => call(portico.GET('/api/conversations/{id}', path(id))),
  })

/** What became of the newest answers on their way to the chat in which the conversation is held. */
export const deliveriesQuery = (id: string) =>
  queryOptions({
    queryKey: ['conversations', id, 'messages', 'deliveries'],
    queryFn: async () => (await call(portico.GET('/api/conversations/{id}/deliveries', path(id)))).deliveries,
    refetchInterval: 10_000,
  })

export type Delivery = Answer<ReturnType<typeof deliveriesQuery>>[number]
export type Conversation = Answer<ReturnType<typeof conversationQuery>>
export type ConversationSource = NonNullable<Conversation['channel_source']>
/** Messages, and the turn whose answer is not among them yet. */
export type Thread = Answer<ReturnType<typeof threadQuery>>
export type Message = Thread['messages'][number]

export async function createConversation(): Promise<Conversation> {
  const conversation = await call(portico.POST('/api/conversations', { body: {} }))
  queryClient.setQueryData(conversationQuery(conversation.id).queryKey, conversation)
  queryClient.setQueryData(threadQuery(conversation.id).queryKey, { messages: [], turn: null })
  return conversation
}

export async function renameConversation(id: string, title: string): Promise<void> {
  await call(portico.PATCH('/api/conversations/{id}', { ...path(id), body: { title } }))
  await refreshConversations()
}

export async function deleteConversation(id: string): Promise<void> {
  await call(portico.DELETE('/api/conversations/{id}', path(id)))
  queryClient.setQueryData(conversationsQuery.queryKey, (list) => list?.filter((entry) => entry.id !== id))
  queryClient.removeQueries({ queryKey: ['conversations', id] })
}

export async function cancelTurn(turnId: string): Promise<void> {
  await call(portico.POST('/api/turns/{id}/cancel', path(turnId)))
}

/** Reads the list and the open conversation's head again; titles follow the first message. */
export async function refreshConversations(): Promise<void> {
  await queryClient.invalidateQueries({
    predicate: ({ queryKey }) => queryKey[0] === 'conversations' && queryKey[2] !== 'messages',
  })
}
