import { mediaForms, type MediaForm } from './media.ts'
import { post, reachableChat, type Method, type MethodCall } from './method-call.ts'
import { badRequest } from './refusal.ts'

const mb = 1024 * 1024

/** https://core.telegram.org/bots/api#sending-files and https://core.telegram.org/bots/api#getfile */
export const mediaMethods: Record<string, Method> = {
  getFile,
  sendMediaGroup,
  ...Object.fromEntries(
    mediaForms.map((form) => [`send${form}`, (call: MethodCall) => sendMedia(call, form)]),
  ),
}

async function sendMedia(call: MethodCall, form: MediaForm): Promise<unknown> {
  const { platform, parameters } = call
  reachableChat(call)
  const named = parameters.text(form) ?? ''
  // A file lies in the field itself or in another one that it names.
  const given = parameters.raw[named.startsWith('attach://') ? named.slice(9) : form]
  const caption = { text: parameters.text('caption') ?? '', entities: [], source: '' }
  if (caption.text.length > 1024) throw badRequest('message caption is too long')
  if (given instanceof File) {
    if (given.size === 0) throw badRequest('file must be non-empty')
    if (given.size > 50 * mb) throw badRequest('file is too big')
    if (form === 'photo' && given.size > 10 * mb) throw badRequest('file is too big for a photo')
    const bytes = new Uint8Array(await given.arrayBuffer())
    if (form === 'photo' && !isPicture(bytes)) throw badRequest('IMAGE_PROCESS_FAILED')
    const file = { name: given.name, mediaType: given.type, bytes }
    return post(call, caption, platform.media.keep(file, form))
  }
  const known = platform.media.find(named)
  if (known === undefined) throw badRequest(`there is no ${form} in the request`)
  return post(call, caption, platform.media.keep(known, form))
}

/** https://core.telegram.org/bots/api#sendmediagroup */
async function sendMediaGroup(call: MethodCall): Promise<unknown> {
  const { platform, parameters } = call
  reachableChat(call)
  const items = (parameters.list('media') ?? []) as { type: MediaForm; media: string; caption?: string }[]
  if (items.length < 2 || items.length > 10) throw badRequest('media must include 2-10 items')
  const types = new Set(items.map(({ type }) => type))
  const isMixed = types.size > 1 && (types.has('document') || types.has('audio'))
  if (isMixed || types.has('voice') || types.has('animation'))
    throw badRequest("this media can't be mixed with others in an album")
  const extra = { media_group_id: platform.newAlbum() }
  const messages: unknown[] = []
  for (const { type, media, caption = '' } of items) {
    const given = parameters.raw[media.replace('attach://', '')]
    if (!(given instanceof File)) throw badRequest('there is no such file in the request')
    const bytes = new Uint8Array(await given.arrayBuffer())
    if (type === 'photo' && !isPicture(bytes)) throw badRequest('IMAGE_PROCESS_FAILED')
    const file = { name: given.name, mediaType: given.type, bytes }
    const content = { text: caption, entities: [], source: caption }
    messages.push(post(call, content, { ...extra, ...platform.media.keep(file, type) }))
  }
  return messages
}

function isPicture(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1')
  return head.startsWith('\x89PNG') || head.startsWith('\xff\xd8\xff') || head.endsWith('WEBP')
}

function getFile({ platform, parameters }: MethodCall): unknown {
  const id = parameters.text('file_id') ?? ''
  const file = platform.media.find(id)
  if (file === undefined) throw badRequest('invalid file_id')
  const size = file.bytes.length
  if (size > 20 * mb) throw badRequest('file is too big')
  return { file_id: id, file_unique_id: `u${id}`, file_size: size, file_path: file.path }
}
