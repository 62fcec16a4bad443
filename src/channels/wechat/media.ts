import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { NetworkError } from '../../lib/errors.ts'
import type { ChannelDependencies, FetchedFile } from '../channel.ts'
import { messagesOf } from '../exchange.ts'
import { isRecord, type Fields } from '../../lib/json.ts'
import type { Ilink } from './api.ts'
import type { MediaRef } from './decode-file.ts'
import { refusal, refusalBy } from './errors.ts'
import { httpsUrl } from './settings.ts'
import { textOf } from './types.ts'

/** Files lie on a store of their own, encrypted by whoever sends them with a key that the message carries. */
const cipher = 'aes-128-ecb'
const uploadTimeoutMs = 5 * 60_000

type Deps = Pick<ChannelDependencies, 'fetch'>

/** Uploads a file for a chat and returns what a message says of it. */
export async function uploadFile(
  ilink: Ilink,
  { fetch }: Deps,
  upload: { chatId: string; type: number; blob: Blob },
): Promise<{ media: Fields; encryptedSize: number }> {
  const key = randomBytes(16)
  const filekey = randomBytes(16).toString('hex')
  const { encrypted, md5 } = await encrypt(upload.blob, key)
  const place = await ilink.call('getuploadurl', {
    filekey,
    media_type: upload.type,
    to_user_id: upload.chatId,
    rawsize: upload.blob.size,
    rawfilemd5: md5,
    filesize: encrypted.size,
    no_need_thumb: true,
    aeskey: key.toString('hex'),
  })
  const url = placeOf(
    ilink,
    'upload',
    { url: place['upload_full_url'], param: place['upload_param'] },
    filekey,
  )
  const response = await askStore(fetch, url, AbortSignal.timeout(uploadTimeoutMs), encrypted)
  const param = textOf(response.headers.get('x-encrypted-param'))
  await response.body?.cancel()
  if (param === undefined)
    throw refusal('upload', 'transient', 'the file store did not say where the file is')
  const aes_key = Buffer.from(key.toString('hex')).toString('base64')
  return { media: { encrypt_query_param: param, aes_key, encrypt_type: 1 }, encryptedSize: encrypted.size }
}

/** Opens a file that a person sent. */
export async function downloadFile(
  ilink: Ilink,
  { fetch }: Deps,
  ref: unknown,
  signal: AbortSignal,
): Promise<FetchedFile> {
  const { param, url, key }: MediaRef = isRecord(ref) ? ref : {}
  const response = await askStore(fetch, placeOf(ilink, 'download', { url, param }), signal)
  const body = response.body ?? new Blob([]).stream()
  if (key === undefined) return { body }
  if (!/^[\da-f]{32}$/i.test(key)) throw refusal('media', 'invalid', 'the key of this file is not usable')
  return { body: body.pipeThrough(decryption(Buffer.from(key, 'hex'))) }
}

async function encrypt(blob: Blob, key: Buffer): Promise<{ encrypted: Blob; md5: string }> {
  const hash = createHash('md5')
  const encryption = createCipheriv(cipher, key, null)
  const parts: Buffer<ArrayBuffer>[] = []
  for await (const chunk of blob.stream() as AsyncIterable<Uint8Array>) {
    hash.update(chunk)
    parts.push(encryption.update(chunk))
  }
  parts.push(encryption.final())
  return { encrypted: new Blob(parts), md5: hash.digest('hex') }
}

/** A wrong key shows at the end: then the padding is none, and the stream breaks off. */
function decryption(key: Buffer): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  const decipher = createDecipheriv(cipher, key, null)
  return new TransformStream({
    transform: (chunk, controller) => controller.enqueue(decipher.update(chunk)),
    flush: (controller) => controller.enqueue(decipher.final()),
  })
}

/** The address that the platform names, if it is one of its own; else it is built from the parameter. */
function placeOf(
  { account }: Ilink,
  action: 'upload' | 'download',
  { url, param }: { url?: unknown; param?: unknown },
  filekey?: string,
): string {
  const isOurs = typeof url === 'string' && url.startsWith(`${account.mediaUrl}/`)
  const named = isOurs ? url : httpsUrl(url)
  if (named !== undefined) return named
  const known = textOf(param)
  if (known === undefined) throw refusal('media', 'invalid', 'the platform does not say where the file is')
  const query = new URLSearchParams({ encrypted_query_param: known, ...(filekey && { filekey }) })
  return `${account.mediaUrl}/${action}?${query.toString()}`
}

async function askStore(
  fetch: ChannelDependencies['fetch'],
  url: string,
  signal: AbortSignal,
  body?: Blob,
): Promise<Response> {
  const init = body && { method: 'POST', headers: { 'Content-Type': 'application/octet-stream' }, body }
  const response = await fetch(url, { ...init, redirect: 'error', signal }).catch((error: unknown) => {
    throw new NetworkError('wechat', messagesOf(error))
  })
  if (response.ok) return response
  await response.body?.cancel()
  throw storeRefusal(response)
}

/** The file store knows nothing of logins: whatever it refuses, the bot goes on. */
function storeRefusal(response: Response): Error {
  const { status } = response
  const refused = refusalBy(response)
  if (refused?.kind === 'rate_limited') return refused
  if (refused === undefined) return refusal(String(status), 'transient', `the file store answered ${status}`)
  return refusal(String(status), 'invalid', 'the file store has no such file, or has it no longer')
}
