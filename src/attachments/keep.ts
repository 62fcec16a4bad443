import { announce, confirm, forget } from './attachment-rows.ts'
import type {
  Attachment,
  AttachmentDependencies,
  AttachmentOwner,
  FileLimits,
  IncomingFile,
} from './attachments.ts'
import { attachmentErrors } from './errors.ts'
import { cleanFileName } from './file-name.ts'
import { headLength, mediaTypeOf } from './media-type.ts'
import { pathOf } from './paths.ts'

/** See `Attachments.keep`. */
export async function keepFile(
  { db, store, ids }: Pick<AttachmentDependencies, 'db' | 'store' | 'ids'>,
  owner: AttachmentOwner,
  file: IncomingFile,
  limits: FileLimits,
): Promise<Attachment> {
  if ((file.size ?? 0) > limits.maxBytes) {
    await file.body.cancel().catch(() => undefined)
    throw attachmentErrors.file_too_large()
  }
  const id = ids('fil')
  const path = pathOf({ userId: owner.userId, id })
  const inspection = inspect(file, limits)
  await announce(db, id, owner, { ...file, name: cleanFileName(file.name) })
  try {
    await store.write(path, inspection.body)
    return await confirm(db, id, inspection.result())
  } catch (error) {
    await store.remove(path)
    await forget(db, id)
    throw error
  }
}

/** Passes a file's bytes on while it counts them and looks at the first ones. */
function inspect(file: IncomingFile, limits: FileLimits) {
  let size = 0
  let head = new Uint8Array()
  let mediaType: string | undefined
  const judge = () => {
    mediaType ??= allowed(mediaTypeOf(head, file.mediaType), limits)
    return mediaType
  }
  async function* body(): AsyncGenerator<Uint8Array> {
    for await (const chunk of readable(file.body)) {
      size += chunk.byteLength
      if (size > limits.maxBytes) throw attachmentErrors.file_too_large()
      if (head.length < headLength) head = Buffer.concat([head, chunk.subarray(0, headLength)])
      if (head.length >= headLength) judge()
      yield chunk
    }
    judge()
  }
  const { sourceKey } = file
  const result = () => ({ size, mediaType: judge(), ...(sourceKey === undefined ? {} : { sourceKey }) })
  return { body: body(), result }
}

function allowed(mediaType: string, { mediaTypes }: FileLimits): string {
  if (mediaTypes?.some((beginning) => mediaType.startsWith(beginning)) === false)
    throw attachmentErrors.file_type_refused()
  return mediaType
}

/** A source that breaks off is not our store's fault: the caller can tell them apart. */
async function* readable(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw attachmentErrors.file_unreachable({ cause })
      })
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
