import { call, PorticoError } from '@portico/sdk'
import { queryOptions } from '@tanstack/react-query'
import type { Answer } from './answer.ts'
import { connectionsQuery, refreshChannels } from './channels.ts'
import { portico, queryClient } from './client.ts'

/** Who asks to be linked; null for a link that is not valid any more. */
export const linkQuery = (token: string) =>
  queryOptions({
    queryKey: ['link', token],
    queryFn: async () => {
      try {
        return await call(
          portico.GET('/api/platform-linking/tokens/{token}/info', { params: { path: { token } } }),
        )
      } catch (error) {
        if (error instanceof PorticoError && [404, 410, 422].includes(error.status)) return null
        throw error
      }
    },
    // What stands on the page while a person decides must not change under their finger.
    staleTime: Infinity,
  })

export type LinkRequest = NonNullable<Answer<ReturnType<typeof linkQuery>>>

/** Links the account at once; where both sides must agree, answers the number to send in the chat. */
export async function confirmLink(token: string): Promise<{ id: string; number: string } | undefined> {
  const confirmed = await call(
    portico.POST('/api/platform-linking/tokens/{token}/confirm', { params: { path: { token } } }),
  )
  await refreshChannels()
  return confirmed.success ? undefined : confirmed.approval
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

async function refreshApprovals(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: approvalsQuery.queryKey }),
    queryClient.invalidateQueries({ queryKey: connectionsQuery.queryKey }),
  ])
}
