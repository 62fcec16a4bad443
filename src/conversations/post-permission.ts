import type { Principal } from '../identity/principal.ts'
import type { Db } from '../storage/database.ts'
import { conversationErrors } from './errors.ts'
import { findConversation, type Conversation } from './store.ts'

/**
 * A conversation into which the caller may post, and whose deliveries they may see: their own, with a grant only that of
 * its turn; an administrator's are those of their workspace. Throws `conversation_not_found`.
 */
export async function findPostable(db: Db, caller: Principal, id: string): Promise<Conversation> {
  const conversation = await findConversation(db, id)
  if (conversation === undefined || !mayPost(caller, conversation))
    throw conversationErrors.conversation_not_found()
  return conversation
}

export function mayPost(caller: Principal, { id, userId, workspaceId }: Conversation): boolean {
  if (caller.kind === 'grant') return caller.grant?.conversationId === id && caller.userId === userId
  return caller.userId === userId || (caller.role === 'admin' && caller.workspaceId === workspaceId)
}

/**
 * The user whom the caller may write to: themselves, or for administrators a member of their workspace; and through
 * whose bots, if not all. Throws `user_not_found`.
 */
export async function findAddressee(
  db: Db,
  caller: Principal,
  id: string,
): Promise<{ userId: string; workspaceId: string | undefined }> {
  const { userId, workspaceId, role, kind } = caller
  if (id === 'me' || id === userId) return { userId, workspaceId: kind === 'grant' ? workspaceId : undefined }
  const member = await db
    .selectFrom('workspace_members')
    .select('user_id')
    .where('workspace_id', '=', workspaceId)
    .where('user_id', '=', id)
    .executeTakeFirst()
  if (role !== 'admin' || member === undefined) throw conversationErrors.user_not_found()
  return { userId: id, workspaceId }
}
