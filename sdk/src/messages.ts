import { call, type PorticoClient } from './call.ts'
import { randomId } from './random-id.ts'
import { retried, type ResumeOptions } from './resumed-stream.ts'
import type { paths } from './schema.ts'

type Post = paths['/api/users/{id}/messages']['post']

/** Where the message stands, and what becomes of it; `GET /api/deliveries/{id}` says more, later. */
export type PostedMessage = Post['responses'][202]['content']['application/json']

export interface PostInput extends Pick<ResumeOptions, 'signal' | 'wait'> {
  /** A conversation; or a user (`me` is the caller), who is told on their latest channel. */
  to: { conversationId: string } | { userId: string }
  /** Markdown. */
  text: string
  /** Files as data: URLs. */
  files?: { url: string; media_type: string; filename?: string }[] | undefined
  /** A repeated call under it is the same message; drawn at random if left out. */
  messageId?: string | undefined
}

/** Tells a person something that they did not ask for. Tried again when the connection breaks, told once. */
export function postMessage(
  client: PorticoClient,
  { to, text, files, messageId = randomId(), ...options }: PostInput,
): Promise<PostedMessage> {
  const body = { text, message_id: messageId, ...(files === undefined ? {} : { files }) }
  const { signal = null } = options
  return retried(
    () =>
      call(
        'userId' in to
          ? client.POST('/api/users/{id}/messages', { params: { path: { id: to.userId } }, body, signal })
          : client.POST('/api/conversations/{id}/messages', {
              params: { path: { id: to.conversationId } },
              body,
              signal,
            }),
      ),
    options,
  )
}
