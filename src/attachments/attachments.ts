import type { Clock } from '../lib/clock.ts'
import type { NewId } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import { regularly } from '../lib/regularly.ts'
import type { Db, Tx } from '../storage/database.ts'
import { assignTo, attachmentsOf, findAttachment, findBySource, forget, orphans } from './attachment-rows.ts'
import { attachmentErrors } from './errors.ts'
import type { FileStore } from './file-store.ts'
import { keepFile } from './keep.ts'
import { createLinks, type LinkParts } from './links.ts'
import { pathOf } from './paths.ts'

export { attachmentErrors } from './errors.ts'
export { parseDataUrl } from './data-url.ts'
export { createFileStore } from './create-store.ts'

/**
 * Files that people and agents send: kept apart per user, counted while they stream in, and opened by links that
 * are signed and expire. Messages refer to one as `attachment:<id>`.
 */
export interface Attachments {
  /**
   * Streams a file to storage. Its type is what its bytes say. Throws `file_too_large`, `file_type_refused` or,
   * when `body` breaks off, `file_unreachable`; nothing is left behind then.
   */
  keep(owner: AttachmentOwner, file: IncomingFile, limits: FileLimits): Promise<Attachment>
  /** The file's facts; undefined when there is none. */
  find(id: string): Promise<Attachment | undefined>
  /** What was kept under these keys, so that a second try needs not fetch again. */
  findBySource(keys: readonly string[]): Promise<Map<string, Attachment>>
  /** Makes files part of a conversation; those that are of none are deleted after a day. */
  assign(tx: Tx, ids: readonly string[], conversationId: string): Promise<void>
  /** Throws `file_not_found`. */
  open(id: string): Promise<{ attachment: Attachment; body: ReadableStream<Uint8Array> }>
  /** The same to send on: from a local store it is read from the disk piece by piece, else it is in memory. */
  openBlob(id: string): Promise<{ attachment: Attachment; blob: Blob }>
  /** A link that anybody can open for an hour, or as long as said. Asks nobody. */
  urlOf(id: string, lifeMs?: number): string
  /** Throws `file_link_invalid` or `file_link_expired`. */
  verify(id: string, link: LinkParts): void
  /** Deletes the files of a conversation. */
  removeOf(conversationId: string): Promise<void>
  /** Deletes files that belong to nothing any more; returns how many. */
  tidy(): Promise<number>
}

export interface AttachmentOwner {
  userId: string
  workspaceId: string
  conversationId?: string
}

export interface IncomingFile {
  name: string
  mediaType: string
  /** In bytes, as was announced: too large a file is not even begun. */
  size?: number
  body: ReadableStream<Uint8Array>
  /** Unique: what this file is a copy of. */
  sourceKey?: string
}

export interface FileLimits {
  maxBytes: number
  /** Beginnings of the types that are taken, such as `image/`; all when absent. */
  mediaTypes?: readonly string[]
}

export interface Attachment {
  id: string
  userId: string
  workspaceId: string
  conversationId: string | null
  name: string
  mediaType: string
  size: number
}

export interface AttachmentDependencies {
  db: Db
  store: FileStore
  ids: NewId
  clock: Clock
  /** Signs links. */
  secret: string
  publicUrl: string
}

const scheme = 'attachment:'
const tidiedAtOnce = 200

/** How messages refer to a file. */
export function referenceOf(id: string): string {
  return scheme + id
}

/** The id in such a reference; undefined for any other URL. */
export function referencedId(url: string): string | undefined {
  return url.startsWith(scheme) ? url.slice(scheme.length) : undefined
}

export function createAttachments(deps: AttachmentDependencies): Attachments {
  const { db, store } = deps
  const links = createLinks(deps)
  const find = async (id: string): Promise<Attachment> => {
    const attachment = await findAttachment(db, id)
    if (attachment === undefined) throw attachmentErrors.file_not_found()
    return attachment
  }
  const remove = async (files: readonly { id: string; userId: string }[]) => {
    for (const file of files) {
      // The row last: what could not be deleted is found again.
      await store.remove(pathOf(file))
      await forget(db, file.id)
    }
    return files.length
  }
  return {
    keep: (owner, file, limits) => keepFile(deps, owner, file, limits),
    find: (id) => findAttachment(db, id),
    findBySource: (keys) => findBySource(db, keys),
    assign: assignTo,
    async open(id) {
      const attachment = await find(id)
      const body = await store.read(pathOf(attachment))
      if (body === undefined) throw attachmentErrors.file_not_found()
      return { attachment, body }
    },
    async openBlob(id) {
      const attachment = await find(id)
      const blob = await store.blob(pathOf(attachment), attachment.mediaType)
      if (blob === undefined) throw attachmentErrors.file_not_found()
      return { attachment, blob }
    },
    urlOf: (id, lifeMs) => links.sign(id, lifeMs),
    verify: (id, link) => links.verify(id, link),
    async removeOf(conversationId) {
      await remove(await attachmentsOf(db, conversationId))
    },
    tidy: async () => remove(await orphans(db, tidiedAtOnce)),
  }
}

const tidyEveryMs = 60 * 60 * 1000

/** Deletes forgotten files from time to time. Returns how to stop. */
export function keepFilesTidy({ attachments, log }: { attachments: Attachments; log: Log }): () => void {
  const message = 'files that belong to nothing could not be deleted and will be tried again'
  return regularly(tidyEveryMs, () => attachments.tidy(), { log, message })
}
