import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { vaultErrors } from './errors.ts'
import type { Keyring, MasterKey } from './keyring.ts'
import type { SealedPlace } from './vault.ts'

/**
 * The printable form of a sealed text: `v1.<master key id>.<wrapped data key>.<sealed text>`, the last two
 * base64url of IV (12 bytes), ciphertext and tag (16 bytes). Both layers are AES-256-GCM (NIST SP 800-38D) and
 * have the place and the version as additional data; the wrapping has the key id too. The inner layer leaves it
 * out, so that a rotation wraps the data key anew and never touches the text.
 */
const version = 'v1'
const cipherName = 'aes-256-gcm'
const ivSize = 12
const tagSize = 16
const dataKeySize = 32

interface Envelope {
  key: MasterKey
  wrapped: Buffer
  sealed: Buffer
}

export function sealEnvelope(key: MasterKey, plaintext: string, place: SealedPlace): string {
  const dataKey = randomBytes(dataKeySize)
  const sealed = encrypt(dataKey, Buffer.from(plaintext, 'utf8'), textContext(place))
  return print(key, encrypt(key.bytes, dataKey, keyContext(place, key)), sealed)
}

/** Throws `sealed_value_refused`, which says nothing about the text or the keys. */
export function openEnvelope(keyring: Keyring, text: string, place: SealedPlace): string {
  return refusing(place, () => {
    const { key, wrapped, sealed } = parse(keyring, text)
    const dataKey = decrypt(key.bytes, wrapped, keyContext(place, key))
    return decrypt(dataKey, sealed, textContext(place)).toString('utf8')
  })
}

/** The same sealed text under the current master key; the whole envelope is opened first, so that damage shows. */
export function rewrapEnvelope(keyring: Keyring, text: string, place: SealedPlace): string {
  return refusing(place, () => {
    const { key, wrapped, sealed } = parse(keyring, text)
    const dataKey = decrypt(key.bytes, wrapped, keyContext(place, key))
    decrypt(dataKey, sealed, textContext(place))
    return print(
      keyring.current,
      encrypt(keyring.current.bytes, dataKey, keyContext(place, keyring.current)),
      sealed,
    )
  })
}

/** What every text sealed with this key begins with. */
export function sealedPrefix(keyId: string): string {
  return `${version}.${keyId}.`
}

function print(key: MasterKey, wrapped: Buffer, sealed: Buffer): string {
  return sealedPrefix(key.id) + wrapped.toString('base64url') + '.' + sealed.toString('base64url')
}

function parse(keyring: Keyring, text: string): Envelope {
  const [format, keyId, wrapped, sealed, ...rest] = text.split('.')
  if (
    format !== version ||
    keyId === undefined ||
    wrapped === undefined ||
    sealed === undefined ||
    rest.length > 0
  )
    throw new Error('It has not the form of a sealed text.')
  const key = keyring.find(keyId)
  if (key === undefined) throw new Error(`Its master key ${keyId} is not in the keyring.`)
  return { key, wrapped: decodeExactly(wrapped), sealed: decodeExactly(sealed) }
}

/** Node passes over characters that are not base64url; here every one of them counts. */
function decodeExactly(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.toString('base64url') !== text) throw new Error('It is not base64url.')
  return bytes
}

function encrypt(key: Uint8Array, plaintext: Uint8Array, context: Uint8Array): Buffer {
  const iv = randomBytes(ivSize)
  const cipher = createCipheriv(cipherName, key, iv, { authTagLength: tagSize }).setAAD(context)
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Uint8Array, bytes: Buffer, context: Uint8Array): Buffer {
  if (bytes.length < ivSize + tagSize) throw new Error('It is too short.')
  const tagStart = bytes.length - tagSize
  const decipher = createDecipheriv(cipherName, key, bytes.subarray(0, ivSize), { authTagLength: tagSize })
    .setAAD(context)
    .setAuthTag(bytes.subarray(tagStart))
  return Buffer.concat([decipher.update(bytes.subarray(ivSize, tagStart)), decipher.final()])
}

function textContext(place: SealedPlace): Buffer {
  return Buffer.from(JSON.stringify([version, 'text', place.table, place.row, place.field]))
}

function keyContext(place: SealedPlace, key: MasterKey): Buffer {
  return Buffer.from(JSON.stringify([version, 'key', key.id, place.table, place.row, place.field]))
}

function refusing(place: SealedPlace, open: () => string): string {
  try {
    return open()
  } catch (cause) {
    const where = `${place.table}.${place.field} of ${place.row} does not open.`
    throw vaultErrors.sealed_value_refused({ cause: new Error(where, { cause }) })
  }
}
