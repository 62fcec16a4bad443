import { PlatformError } from '../../lib/errors.ts'
import type { ChatAddress } from '../channel.ts'

/**
 * Where a conversation stands. Issues, pull requests and discussions of a repository share one row of numbers, so
 * a chat id is `owner/repository#number`; the topic says what has to be written to.
 */
export interface Place {
  owner: string
  repository: string
  number: number
  /** The first comment of a review thread. */
  thread?: number
  isDiscussion: boolean
}

export const discussionTopic = 'discussion'

const name = /^[\w.-]{1,100}$/

/** Whether this can be the full name of a repository; as a part of a path it leads nowhere else. */
export function isFullName(value: string): boolean {
  const parts = value.split('/')
  return parts.length === 2 && parts.every((part) => name.test(part) && !/^\.+$/.test(part))
}

export function threadTopic(commentId: number): string {
  return `thread-${commentId}`
}

/** Reads an address of ours. Throws PlatformError `invalid` for any other. */
export function placeOf({ chatId, topicId }: ChatAddress): Place {
  const [, fullName = '', number = ''] = /^([^#]+)#([1-9]\d{0,14})$/.exec(chatId) ?? []
  const thread = /^thread-([1-9]\d{0,14})$/.exec(topicId ?? '')?.[1]
  const isDiscussion = topicId === discussionTopic
  if (!isFullName(fullName) || (topicId !== undefined && thread === undefined && !isDiscussion)) {
    const description = 'This is not the address of an issue, a pull request or a discussion.'
    throw new PlatformError({ platform: 'github', code: 'address', kind: 'invalid', description })
  }
  const [owner = '', repository = ''] = fullName.split('/')
  return {
    owner,
    repository,
    number: Number(number),
    isDiscussion,
    ...(thread === undefined ? {} : { thread: Number(thread) }),
  }
}

export function fullNameOf({ owner, repository }: Place): string {
  return `${owner}/${repository}`
}
