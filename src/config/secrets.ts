import { hkdfSync, randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Environment } from './env.ts'
import { ConfigError } from './problems.ts'

/** The master keys and what is derived from them. Never logged. */
export interface Secrets {
  /** Seals what the vault stores: 32 bytes. */
  current: Uint8Array
  /** Keys of earlier days, which still open what they sealed. */
  older: readonly Uint8Array[]
  /** The file of the keys; undefined when they came by a variable. */
  file: string | undefined
  /** Whether the key was made just now, which the operator must be told: without it every secret is lost. */
  generated: boolean
  /** 32 bytes as base64url for another purpose (HKDF-SHA-256, RFC 5869), so that nothing else is to be configured. */
  derive(purpose: string): string
}

const keyBytes = 32

/**
 * Takes the keys from PORTICO_MASTER_KEY (comma separated, the current one first), from the file that
 * PORTICO_MASTER_KEY_FILE names, or from `master.key` in the data directory, which is made when missing. A file
 * holds one key per line, the current one first. Throws ConfigError for a key that is malformed or weak.
 */
export async function readSecrets(environment: Environment, dataDir: string): Promise<Secrets> {
  const given = environment('PORTICO_MASTER_KEY')
  const named = environment('PORTICO_MASTER_KEY_FILE')
  if (given !== undefined && named !== undefined)
    throw refusal('PORTICO_MASTER_KEY', 'is set beside PORTICO_MASTER_KEY_FILE: give one of them.')
  if (given !== undefined)
    return secretsOf(parseKeys(given.split(','), 'PORTICO_MASTER_KEY'), { file: undefined, generated: false })
  const file = named ?? join(dataDir, 'master.key')
  const generated = named === undefined && (await generate(file))
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw refusal(file, `cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'}).`)
  })
  return secretsOf(parseKeys(text.split('\n'), file), { file, generated })
}

export function newMasterKey(): Uint8Array {
  return randomBytes(keyBytes)
}

/** Replaces a file of keys in one step; readable by its owner only. */
export async function writeKeys(file: string, keys: readonly Uint8Array[]): Promise<void> {
  const unfinished = `${file}.new`
  await writeFile(unfinished, printKeys(keys), { mode: 0o600 })
  await chmod(unfinished, 0o600)
  await rename(unfinished, file)
}

/** Makes the file unless there is one; true when it did. */
async function generate(file: string): Promise<boolean> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  try {
    await writeFile(file, printKeys([newMasterKey()]), { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function printKeys(keys: readonly Uint8Array[]): string {
  return keys.map((key) => `${Buffer.from(key).toString('base64')}\n`).join('')
}

function parseKeys(texts: readonly string[], source: string): Uint8Array[] {
  const keys = texts.map((text) => text.trim()).filter((text) => text !== '')
  return keys.map((text) => parseKey(text, source))
}

function parseKey(text: string, source: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length !== keyBytes || bytes.toString('base64').replace(/=+$/, '') !== text.replace(/=+$/, ''))
    throw refusal(
      source,
      `must be ${keyBytes} random bytes as base64: make one with openssl rand -base64 ${keyBytes}.`,
    )
  if (isGuessable(bytes))
    throw refusal(source, `does not look random: make one with openssl rand -base64 ${keyBytes}.`)
  return bytes
}

/** 32 random bytes practically never are all readable characters, or fewer than 16 different ones. */
function isGuessable(bytes: Uint8Array): boolean {
  return new Set(bytes).size < 16 || bytes.every((byte) => byte >= 0x20 && byte < 0x7f)
}

function secretsOf(keys: readonly Uint8Array[], origin: Pick<Secrets, 'file' | 'generated'>): Secrets {
  const [current, ...older] = keys
  if (current === undefined) throw refusal(origin.file ?? 'PORTICO_MASTER_KEY', 'holds no key.')
  return {
    current,
    older,
    ...origin,
    derive: (purpose) =>
      Buffer.from(hkdfSync('sha256', current, '', `portico ${purpose}`, keyBytes)).toString('base64url'),
  }
}

function refusal(path: string, message: string): ConfigError {
  return new ConfigError([{ path, message }], 'The master key')
}
