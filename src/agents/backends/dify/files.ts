import type { AgentFile } from '../../agent.ts'
import { Failure } from '../../upstream/failure.ts'
import { fieldsOf, stringOf } from '../../../lib/json.ts'
import type { AppApi } from './api.ts'

type FileType = 'image' | 'document' | 'audio' | 'video' | 'custom'

export type GivenFile = { type: FileType } & (
  { transfer_method: 'local_file'; upload_file_id: string } | { transfer_method: 'remote_url'; url: string }
)

export interface SentFiles {
  given: GivenFile[]
  /** Files that Dify did not take: too large, or of a kind that it does not know. */
  unsent: AgentFile[]
}

/** Uploads what we have, and gives the address of the rest (https://docs.dify.ai/en/api-reference/files/upload-file). */
export async function sendFiles(files: readonly AgentFile[], api: AppApi, user: string): Promise<SentFiles> {
  const sent: SentFiles = { given: [], unsent: [] }
  for (const file of files) {
    const given = await give(file, api, user)
    if (given === undefined) sent.unsent.push(file)
    else sent.given.push(given)
  }
  return sent
}

async function give(file: AgentFile, api: AppApi, user: string): Promise<GivenFile | undefined> {
  const type = typeOf(file)
  const content = await contentOf(file)
  if (content === undefined)
    return /^https?:/.test(file.url) ? { type, transfer_method: 'remote_url', url: file.url } : undefined
  const form = new FormData()
  form.set('file', new Blob([content], { type: file.mediaType }), file.name)
  form.set('user', user)
  try {
    const id = stringOf(fieldsOf(await api.post('/files/upload', form))['id'])
    return id === '' ? undefined : { type, transfer_method: 'local_file', upload_file_id: id }
  } catch (error) {
    if (error instanceof Failure) return undefined
    throw error
  }
}

async function contentOf(file: AgentFile): Promise<Blob | undefined> {
  if (file.url.startsWith('data:')) return (await fetch(file.url)).blob()
  return file.read?.().catch(() => undefined)
}

/** How Dify sorts files: by the ending of their name first. It refuses a file that is announced as anything else. */
const endings: Readonly<Record<Exclude<FileType, 'custom'>, string>> = {
  image: 'jpg jpeg png webp gif svg',
  video: 'mp4 mov mpeg webm',
  audio: 'mp3 m4a wav amr mpga',
  document: 'txt markdown md mdx pdf html htm xlsx xls vtt properties doc docx csv eml msg ppt pptx xml epub',
}

function typeOf({ name, mediaType }: AgentFile): FileType {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  for (const [type, known] of Object.entries(endings))
    if (known.split(' ').includes(ending)) return type as FileType
  const kind = mediaType.split('/')[0]
  return kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'custom'
}
