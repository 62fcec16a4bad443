import type { AgentEvent } from '../../agent.ts'
import { fieldsOf, stringOf } from '../../../lib/json.ts'

/**
 * A file that the app made, as a link. Dify signs its links for a while only. Undefined for a file of the person's,
 * and for what is no address.
 */
export function answerFile(value: unknown, baseUrl: string): (AgentEvent & { type: 'file' }) | undefined {
  const file = fieldsOf(value)
  const address = stringOf(file['url']) || stringOf(file['remote_url'])
  const url = address === '' ? null : URL.parse(address, baseUrl)
  if (url === null || !/^https?:$/.test(url.protocol) || file['belongs_to'] === 'user') return undefined
  const name = stringOf(file['filename']) || decodedName(url)
  const mediaType = stringOf(file['mime_type']) || mediaTypeOf(stringOf(file['type']), name)
  return { type: 'file', url: url.href, mediaType, ...(name === '' ? {} : { filename: name }) }
}

function decodedName({ pathname }: URL): string {
  const name = pathname.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** What browsers call the kinds whose name is not their ending. */
const mediaTypes: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  svg: 'image/svg+xml',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  mov: 'video/quicktime',
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
}

function mediaTypeOf(type: string, name: string): string {
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  const known = mediaTypes[ending]
  if (known !== undefined) return known
  return ending !== '' && ['image', 'audio', 'video'].includes(type)
    ? `${type}/${ending}`
    : 'application/octet-stream'
}
