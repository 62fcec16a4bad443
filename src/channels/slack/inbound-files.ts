import type { InboundFile } from '../channel.ts'
import { fieldsOf, idOf, listOf, wordOf, type Fields } from './shape.ts'

/** Where a file is: JSON, kept with the message. */
export interface FileReference {
  id: string
  team: string
  /** Absent for files of other companies, which must be asked for. */
  url?: string
}

/** Files of a message: https://docs.slack.dev/reference/objects/file-object */
export function filesOf(files: unknown, team: string): InboundFile[] {
  return listOf(files)
    .slice(0, 20)
    .flatMap((file) => fileOf(fieldsOf(file) ?? {}, team))
}

function fileOf(file: Fields, team: string): InboundFile[] {
  const id = idOf(file['id'])
  // Deleted ones leave a tombstone; external ones lie elsewhere and are links.
  if (id === undefined || file['mode'] === 'tombstone' || file['is_external'] === true) return []
  const { size } = file
  const url = wordOf(file['url_private_download']) ?? wordOf(file['url_private'])
  const mediaType = mediaTypeOf(file)
  const transcript = transcriptOf(file)
  const ref: FileReference = { id, team, ...(url === undefined ? {} : { url }) }
  return [
    {
      kind: kindOf(mediaType, file['subtype']),
      name: (wordOf(file['name']) ?? wordOf(file['title']) ?? 'file').slice(0, 255),
      mediaType,
      ...(typeof size === 'number' && size >= 0 ? { size } : {}),
      ...(transcript === undefined ? {} : { transcript }),
      ref,
    },
  ]
}

function mediaTypeOf(file: Fields): string {
  const type = wordOf(file['mimetype'])
  return type !== undefined && /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream'
}

function kindOf(mediaType: string, subtype: unknown): InboundFile['kind'] {
  // Clips that were recorded in Slack; voice notes come as video/mp4 or audio/mp4.
  if (subtype === 'slack_audio') return 'voice'
  if (mediaType.startsWith('image/')) return 'image'
  if (mediaType.startsWith('audio/')) return 'audio'
  return mediaType.startsWith('video/') ? 'video' : 'document'
}

function transcriptOf(file: Fields): string | undefined {
  const transcription = fieldsOf(file['transcription'])
  if (transcription?.['status'] !== 'complete') return undefined
  return wordOf(fieldsOf(transcription['preview'])?.['content'])
}
