import { call } from '@portico/sdk'
import { queryOptions } from '@tanstack/react-query'
import { portico } from './client.ts'

export const workspacesQuery = queryOptions({
  queryKey: ['workspaces'],
  queryFn: async () => (await call(portico.GET('/api/workspaces'))).workspaces,
  staleTime: 60_000,
})

export const membersQuery = (id: string) =>
  queryOptions({
    queryKey: ['workspaces', id, 'members'],
    queryFn: async () =>
      (await call(portico.GET('/api/workspaces/{id}/members', { params: { path: { id } } }))).members,
    staleTime: 0,
    refetchInterval: 15_000,
  })
