import { generateKeyPairSync, type KeyObject } from 'node:crypto'

export interface AppKey {
  /** PEM as GitHub gives it out. */
  pem: string
  publicKey: KeyObject
}

const made = new Map<number, AppKey>()

/** The key of the app with this number; making one takes a while, so a process makes each once. */
export function keyOf(app: number): AppKey {
  const known = made.get(app)
  if (known !== undefined) return known
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = { pem: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(), publicKey }
  made.set(app, key)
  return key
}
