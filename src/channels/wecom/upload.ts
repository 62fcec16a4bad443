import { createHash } from 'node:crypto'
import type { CanSendFiles, OutboundFile } from '../channel.ts'
import { refused } from './errors.ts'
import type { Line } from './receive.ts'
import { pushBody } from './send.ts'
import type { Session } from './session.ts'

/** Before base64; at most 100 of them make a file. */
const chunkBytes = 512 * 1024
const maxImageBytes = 10 * 1024 * 1024

/** Files go over the same connection, in chunks, and are then pushed as messages. */
export function createUploads(line: Line): CanSendFiles {
  return {
    sendFile: (to, file) =>
      line.use(async (session) => {
        const isImage = /^image\/(png|jpeg|gif)$/.test(file.mediaType) && file.blob.size <= maxImageBytes
        const type = isImage ? 'image' : 'file'
        const mediaId = await upload(session, type, file)
        await pushBody(session, to, { msgtype: type, [type]: { media_id: mediaId } })
        return { kind: 'pushed' }
      }),
  }
}

async function upload(session: Session, type: string, { blob, name }: OutboundFile): Promise<string> {
  const count = Math.max(1, Math.ceil(blob.size / chunkBytes))
  const begun = await session.request('aibot_upload_media_init', {
    type,
    filename: name,
    total_size: blob.size,
    total_chunks: count,
    md5: await md5Of(blob),
  })
  const uploadId = textIn(begun, 'upload_id')
  for (let index = 0; index < count; index += 1) {
    const chunk = await blob.slice(index * chunkBytes, (index + 1) * chunkBytes).arrayBuffer()
    await session.request('aibot_upload_media_chunk', {
      upload_id: uploadId,
      chunk_index: index,
      base64_data: Buffer.from(chunk).toString('base64'),
    })
  }
  return textIn(await session.request('aibot_upload_media_finish', { upload_id: uploadId }), 'media_id')
}

async function md5Of(blob: Blob): Promise<string> {
  const hash = createHash('md5')
  for await (const piece of blob.stream() as AsyncIterable<Uint8Array>) hash.update(piece)
  return hash.digest('hex')
}

function textIn(body: Record<string, unknown>, name: string): string {
  const value = body[name]
  if (typeof value === 'string') return value
  throw refused('transient', 'nonsense', `no ${name} in the answer`)
}
