import { createDecipheriv } from 'node:crypto'
import type { CanFetchFiles, ChannelDependencies, InboundFile } from '../channel.ts'
import { noAnswer, refused } from './errors.ts'
import { asRecord } from './session.ts'
import type { WeComSettings } from './settings.ts'

/** Fetches a file of a message and decrypts it: https://developer.work.weixin.qq.com/document/path/100719 */
export function createDownloads(
  { url: socketUrl }: WeComSettings,
  { fetch }: Pick<ChannelDependencies, 'fetch'>,
): CanFetchFiles {
  return {
    async fetchFile(file, signal) {
      const { url, key } = refOf(file, socketUrl)
      let response: Response
      try {
        response = await fetch(url, { signal })
      } catch (error) {
        // The address is itself a permission, so nothing of the cause is kept.
        throw noAnswer(error instanceof Error ? error.name : 'the file could not be fetched')
      }
      if (!response.ok || response.body === null) {
        const kind = response.status >= 500 ? 'transient' : 'gone'
        throw refused(kind, String(response.status), 'the file is not there any more')
      }
      const body = response.body as ReadableStream<Uint8Array<ArrayBuffer>>
      const name = nameIn(response.headers.get('content-disposition') ?? '')
      return {
        body: key === undefined ? body : body.pipeThrough(decrypted(key)),
        ...(name !== '' && { name }),
      }
    },
  }
}

/** The file's name, which nothing but the download tells: RFC 6266. */
function nameIn(disposition: string): string {
  const [, encoded, quoted, bare] =
    /filename\*=UTF-8''([^;]+)|filename="([^"]*)"|filename=([^;\s]+)/i.exec(disposition) ?? []
  try {
    return decodeURIComponent(encoded ?? quoted ?? bare ?? '').slice(0, 255)
  } catch {
    return quoted ?? bare ?? ''
  }
}

function refOf({ ref }: InboundFile, socketUrl: string): { url: string; key: Buffer | undefined } {
  const { url, aes_key: aesKey } = asRecord(ref) ?? {}
  const parsed = typeof url === 'string' ? URL.parse(url) : null
  const isFit = parsed?.protocol === 'https:' || (parsed?.protocol === 'http:' && socketUrl.startsWith('ws:'))
  if (parsed === null || !isFit) throw refused('invalid', 'ref', 'this is no file of WeCom')
  if (typeof aesKey !== 'string' || aesKey === '') return { url: parsed.href, key: undefined }
  const key = Buffer.from(aesKey, 'base64')
  if (key.length !== 32) throw refused('invalid', 'aeskey', 'the key of the file has a wrong length')
  return { url: parsed.href, key }
}

/** The padding fills blocks of 32 bytes, so the last ones are held back until the end. */
const maxPadding = 32

/** AES-256-CBC with a key per message, whose first half is the initialization vector. */
function decrypted(key: Buffer): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  let held = Buffer.alloc(0)
  const give = (controller: TransformStreamDefaultController<Uint8Array<ArrayBuffer>>, length: number) => {
    if (length > 0) controller.enqueue(new Uint8Array(held.subarray(0, length)))
    held = held.subarray(Math.max(0, length))
  }
  return new TransformStream({
    transform(chunk, controller) {
      held = Buffer.concat([held, decipher.update(chunk)])
      give(controller, held.length - maxPadding)
    },
    flush(controller) {
      try {
        held = Buffer.concat([held, decipher.final()])
      } catch {
        throw refused('invalid', 'decrypt', 'the file cannot be decrypted')
      }
      const padding = held.at(-1) ?? 0
      const isPadded = padding >= 1 && padding <= Math.min(maxPadding, held.length)
      if (!isPadded || held.subarray(-padding).some((byte) => byte !== padding)) {
        throw refused('invalid', 'decrypt', 'the file cannot be decrypted')
      }
      give(controller, held.length - padding)
    },
  })
}
