import { NetworkError, PlatformError } from '../../lib/errors.ts'
import type { CanFetchFiles, ChannelDependencies, InboundFile } from '../channel.ts'
import type { Connector } from './connector.ts'
import { scrub } from './errors.ts'
import { fieldsOf, listOf, type Fields } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'
import { isFileHost, isServiceHost } from './hosts.ts'
import type { TeamsSettings } from './settings.ts'

const mediaTypes: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  json: 'application/json',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
}

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4 */
const downloadInfo = 'application/vnd.microsoft.teams.file.download.info'

/** The files of a message: such as lie in the person's OneDrive, and pictures that were pasted. */
export function readFiles(activity: Fields): InboundFile[] {
  return listOf(activity['attachments']).flatMap((raw): InboundFile[] => {
    const attachment = fieldsOf(raw)
    const type = textOf(attachment['contentType']) ?? ''
    if (type === downloadInfo) return readUpload(attachment)
    const url = textOf(attachment['contentUrl'])
    if (!type.startsWith('image/') || url === undefined) return []
    // Pasted pictures come as `image/*`.
    const mediaType = type === 'image/*' ? 'image/png' : type.slice(0, 100)
    const name = textOf(attachment['name'])?.slice(0, 255) ?? `image.${mediaType.slice(6)}`
    return [{ kind: 'image', name, mediaType, ref: { url } }]
  })
}

function readUpload(attachment: Fields): InboundFile[] {
  const content = fieldsOf(attachment['content'])
  const url = textOf(content['downloadUrl'])
  if (url === undefined) return []
  const extension = (textOf(content['fileType']) ?? '').toLowerCase()
  const mediaType = mediaTypes[extension] ?? 'application/octet-stream'
  const name = textOf(attachment['name'])?.slice(0, 255) ?? `file.${extension || 'bin'}`
  const [group = ''] = mediaType.split('/')
  const kind = group === 'image' || group === 'audio' || group === 'video' ? group : 'document'
  return [{ kind, name, mediaType, ref: { url } }]
}

/** Pictures are given out by the connector to our token, other files by SharePoint to the address alone. */
export function createFileFetcher(
  settings: TeamsSettings,
  connector: Pick<Connector, 'open'>,
  { fetch }: Pick<ChannelDependencies, 'fetch'>,
): CanFetchFiles {
  return {
    async fetchFile(file, signal) {
      const url = textOf(fieldsOf(file.ref)['url']) ?? ''
      const isOfConnector = isServiceHost(url, settings) && new URL(url).pathname.includes('/v3/attachments/')
      if (!isOfConnector && !isFileHost(url, settings))
        throw refusal('invalid', 'the file lies on a host that does not belong to Microsoft')
      const response = isOfConnector ? await connector.open(url, signal) : await open(fetch, url, signal)
      const mediaType = response.headers.get('content-type')
      return { body: response.body ?? new Blob([]).stream(), ...(mediaType !== null && { mediaType }) }
    },
  }
}

/** The address is a secret: whoever has it reads the file. */
async function open(
  fetch: ChannelDependencies['fetch'],
  url: string,
  signal: AbortSignal,
): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url, { redirect: 'error', signal })
  } catch (error) {
    throw new NetworkError('teams', scrub(error, [url]))
  }
  if (response.ok) return response
  await response.body?.cancel()
  throw refusal(response.status >= 500 ? 'transient' : 'gone', `HTTP ${response.status} for the file`)
}

function refusal(kind: 'gone' | 'invalid' | 'transient', description: string): PlatformError {
  return new PlatformError({ platform: 'teams', code: 'file', kind, description })
}
