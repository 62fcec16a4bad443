import { useQuery } from '@tanstack/react-query'
import { meQuery } from '../api/me.ts'
import { membersQuery, workspacesQuery } from '../api/workspaces.ts'

/** Whether the reader may see everybody's tokens, and what those people are called. */
export function useOwners() {
  const { data: me } = useQuery(meQuery)
  const workspaces = useQuery(workspacesQuery)
  const workspace = workspaces.data?.find(({ id }) => id === me?.workspace_id)
  const isAdmin = me?.role === 'admin' || workspace?.role === 'admin'
  const members = useQuery({ ...membersQuery(me?.workspace_id ?? ''), enabled: isAdmin })
  return {
    isAdmin,
    isMine: (userId: string) => userId === me?.id,
    /** Undefined for one who left. */
    nameOf: (userId: string) => members.data?.find(({ user_id }) => user_id === userId)?.name,
  }
}
