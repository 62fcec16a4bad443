import { call, PorticoError } from '@portico/sdk'
import { queryOptions } from '@tanstack/react-query'
import type { Answer } from './answer.ts'
import { connectionsQuery, refreshChannels } from './channels.ts'
import { portico, queryClient } from './client.ts'

/** Who asks to be linked. Throws what `endOf` knows for a link that can be confirmed no more. */
export const linkQuery = (token: string) =>
  queryOptions({
    queryKey: ['link', token],
    queryFn: () =>
      call(portico.GET('/api/platform-linking/tokens/{token}/info', { params: { path: { token } } })),
    // What stands on the page while a person decides must not change under their finger.
    staleTime: Infinity,
  })

export type LinkRequest = Answer<ReturnType<typeof linkQuery>>

/** Why a link leads nowhere any more. */
export type LinkEnd = 'used' | 'expired' | 'unknown' | 'linked'

const ends: Readonly<Record<string, LinkEnd>> = {
  link_token_used: 'used',
  link_token_expired: 'expired',
  link_token_not_found: 'unknown',
  validation_failed: 'unknown',
  identity_linked: 'linked',
}

/** Undefined for failures that say nothing about the link. */
export function endOf(error: Error | null): LinkEnd | undefined {
  return error instanceof PorticoError ? ends[error.code] : undefined
}

/** A link that was confirmed on this side and waits for its number in the chat. */
export interface Pending {
  id: string
  number: string
  /** The reader's connections before. */
  before: string[]
}

/** Links the account at once; where both sides must agree, answers the number to send in the chat. */
export async function confirmLink(token: string): Promise<Pending | undefined> {
  const before = await connectedIds()
  const confirmed = await call(
    portico.POST('/api/platform-linking/tokens/{token}/confirm', { params: { path: { token } } }),
  )
  await refreshChannels()
  return confirmed.success ? undefined : { ...confirmed.approval, before }
}

/** Whether the number was sent: while it is waited for, the approval is listed; after that there is a connection or not. */
export const outcomeQuery = ({ id, before }: Pending) =>
  queryOptions({
    queryKey: ['approvals', id, 'outcome'],
    queryFn: async (): Promise<'waiting' | 'linked' | 'ended'> => {
      const { approvals } = await call(portico.GET('/api/channels/approvals'))
      if (approvals.some((approval) => approval.id === id)) return 'waiting'
      return (await connectedIds()).some((one) => !before.includes(one)) ? 'linked' : 'ended'
    },
    refetchInterval: ({ state }) => (state.data === 'linked' || state.data === 'ended' ? false : 2_000),
  })

async function connectedIds(): Promise<string[]> {
  const { connections } = await call(portico.GET('/api/channels/connections'))
  return connections.filter(({ status }) => status === 'connected').map(({ id }) => id)
}

/** The reader's connections that wait for a number. */
export const approvalsQuery = queryOptions({
  queryKey: ['approvals'],
  queryFn: async () => (await call(portico.GET('/api/channels/approvals'))).approvals,
})

export type Approval = Answer<typeof approvalsQuery>[number]

/** Types in the number that the chat shows. Throws PorticoError when it is wrong or too late. */
export async function answerApproval(id: string, number: string): Promise<void> {
  try {
    await call(portico.POST('/api/channels/approvals/{id}', { params: { path: { id } }, body: { number } }))
  } finally {
    await refreshApprovals()
  }
}

export async function cancelApproval(id: string): Promise<void> {
  await call(portico.DELETE('/api/channels/approvals/{id}', { params: { path: { id } } }))
  await refreshApprovals()
}

/** The connections first: nobody is to see an approval gone and no connection yet. */
async function refreshApprovals(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: connectionsQuery.queryKey })
  await queryClient.invalidateQueries({ queryKey: approvalsQuery.queryKey })
}
