import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import type { SimulatedFile } from '../../testing/simulated-platform.ts'
import { Refusal } from './refusal.ts'

/** What `getuploadurl` was told of a file. */
interface Announced {
  filekey: string
  size: number
  encryptedSize: number
  md5: string
  key: string
}

/** The platform's store of encrypted files. */
export class FileStore {
  readonly #announced = new Map<string, Announced>()
  readonly #stored = new Map<string, { bytes: Buffer; announced?: Announced }>()

  announce(body: Readonly<Record<string, unknown>>): string {
    const { filekey, rawsize, filesize, rawfilemd5, aeskey, media_type: type } = body
    const isComplete =
      typeof filekey === 'string' &&
      typeof rawsize === 'number' &&
      typeof filesize === 'number' &&
      typeof rawfilemd5 === 'string' &&
      typeof aeskey === 'string' &&
      /^[\da-f]{32}$/.test(aeskey) &&
      [1, 2, 3, 4].includes(Number(type))
    if (!isComplete) throw new Refusal(-1, 'invalid upload request')
    const param = randomBytes(24).toString('base64')
    this.#announced.set(param, {
      filekey,
      size: rawsize,
      encryptedSize: filesize,
      md5: rawfilemd5,
      key: aeskey,
    })
    return param
  }

  /** Takes encrypted bytes; returns the parameter to read them by, or undefined when they were not announced. */
  upload(param: string, filekey: string, bytes: Buffer): string | undefined {
    const announced = this.#announced.get(param)
    if (announced?.filekey !== filekey || announced.encryptedSize !== bytes.length) return undefined
    return this.#keep({ bytes, announced })
  }

  /** A person's phone encrypts and uploads a file; `packing` is how it writes the key. */
  put(file: SimulatedFile, packing: 'bytes' | 'hex'): Record<string, unknown> {
    const key = randomBytes(16)
    const cipher = createCipheriv('aes-128-ecb', key, null)
    const param = this.#keep({ bytes: Buffer.concat([cipher.update(file.bytes), cipher.final()]) })
    const aes_key = (packing === 'bytes' ? key : Buffer.from(key.toString('hex'))).toString('base64')
    return { encrypt_query_param: param, aes_key, encrypt_type: 1 }
  }

  read(param: string): Buffer | undefined {
    return this.#stored.get(param)?.bytes
  }

  /** The plain bytes of a file that a bot sends, as a phone would open it. */
  open(media: unknown): Buffer {
    const { encrypt_query_param: param, aes_key: packed } = media as Record<string, string>
    const stored = this.#stored.get(param ?? '')
    const key = Buffer.from(Buffer.from(packed ?? '', 'base64').toString('latin1'), 'hex')
    if (stored?.announced === undefined || key.toString('hex') !== stored.announced.key)
      throw new Refusal(-1, 'no such file')
    const decipher = createDecipheriv('aes-128-ecb', key, null)
    const bytes = Buffer.concat([decipher.update(stored.bytes), decipher.final()])
    const md5 = createHash('md5').update(bytes).digest('hex')
    if (bytes.length !== stored.announced.size || md5 !== stored.announced.md5)
      throw new Refusal(-1, 'the file is not the one that was announced')
    return bytes
  }

  #keep(stored: { bytes: Buffer; announced?: Announced }): string {
    const param = randomBytes(24).toString('base64')
    this.#stored.set(param, stored)
    return param
  }
}
