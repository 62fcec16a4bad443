import { hkdfSync, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Environment } from './env.ts'
import { chooseKeyWrapper } from './key-wrapping/choose.ts'
import type { KeyWrapper, KeyWrapperTools } from './key-wrapping/key-wrapper.ts'
import { ConfigError } from './problems.ts'

/** The master keys and what is derived from them. Never logged. */
export interface Secrets {
  /** Seals what the vault stores: 32 bytes. */
  current: Uint8Array
  /** Keys of earlier days, which still open what they sealed. */
  older: readonly Uint8Array[]
  /** The file of the keys; undefined when they came by a variable. */
  file: string | undefined
  /** What wraps the keys where they are stored; undefined: nothing. */
  wrapper: KeyWrapper | undefined
  /** Whether the key was made just now, which the operator must be told: without it every secret is lost. */
  generated: boolean
  /** 32 bytes as base64url for another purpose (HKDF-SHA-256, RFC 5869), so that nothing else is to be configured. */
  derive(purpose: string): string
}

const keyBytes = 32

export interface ReadingKeys {
  tools?: KeyWrapperTools
  /** Whether keys may stand there unwrapped although PORTICO_KEY_WRAPPER is set: before a rotation wraps them. */
  isPlainFine?: boolean
}

const usualTools: KeyWrapperTools = { fetch, now: () => Date.now() }

/**
 * Takes the keys from PORTICO_MASTER_KEY (comma separated, the current one first), from the file that
 * PORTICO_MASTER_KEY_FILE names, or from `master.key` in the data directory, which is made when missing. A file
 * holds one key per line, the current one first; where PORTICO_KEY_WRAPPER is set, all are wrapped. Throws ConfigError
 * for a key that is malformed or weak, and KeyWrapperError.
 */
export async function readSecrets(
  environment: Environment,
  dataDir: string,
  { tools = usualTools, isPlainFine = false }: ReadingKeys = {},
): Promise<Secrets> {
  const wrapper = chooseKeyWrapper(environment, tools)
  const given = environment('PORTICO_MASTER_KEY')
  const named = environment('PORTICO_MASTER_KEY_FILE')
  if (given !== undefined && named !== undefined)
    throw refusal('PORTICO_MASTER_KEY', 'is set beside PORTICO_MASTER_KEY_FILE: give one of them.')
  if (given !== undefined) {
    const keys = await openKeys(given.split(','), 'PORTICO_MASTER_KEY', wrapper, isPlainFine)
    return secretsOf(keys, { file: undefined, wrapper, generated: false })
  }
  const file = named ?? join(dataDir, 'master.key')
  const generated = named === undefined && (await generate(file, wrapper))
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw refusal(file, `cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'}).`)
  })
  const keys = await openKeys(text.split('\n'), file, wrapper, isPlainFine)
  return secretsOf(keys, { file, wrapper, generated })
}

export function newMasterKey(): Uint8Array {
  return randomBytes(keyBytes)
}

/** Replaces a file of keys in one step; readable by its owner only. Throws KeyWrapperError. */
export async function writeKeys(
  file: string,
  keys: readonly Uint8Array[],
  wrapper?: KeyWrapper,
): Promise<void> {
  const text = await printKeys(keys, wrapper)
  const unfinished = `${file}.new`
  await writeFile(unfinished, text, { mode: 0o600 })
  await chmod(unfinished, 0o600)
  await rename(unfinished, file)
}

/** Makes the file unless there is one; true when it did. */
async function generate(file: string, wrapper: KeyWrapper | undefined): Promise<boolean> {
  if (existsSync(file)) return false
  const text = await printKeys([newMasterKey()], wrapper)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function printKeys(keys: readonly Uint8Array[], wrapper: KeyWrapper | undefined): Promise<string> {
  const print = async (key: Uint8Array) =>
    wrapper === undefined ? Buffer.from(key).toString('base64') : wrapKey(key, wrapper)
  return (await Promise.all(keys.map(print))).map((line) => `${line}\n`).join('')
}

/** It is unwrapped once, lest a key that cannot be got back replaces one that can. */
async function wrapKey(key: Uint8Array, wrapper: KeyWrapper): Promise<string> {
  const wrapped = await wrapper.wrap(key)
  if (!Buffer.from(key).equals(await wrapper.unwrap(wrapped)))
    throw refusal('PORTICO_KEY_WRAPPER', 'gives another key back than it was given.')
  return `${wrapper.kind}:${wrapped}`
}

async function openKeys(
  texts: readonly string[],
  source: string,
  wrapper: KeyWrapper | undefined,
  isPlainFine: boolean,
): Promise<Uint8Array[]> {
  const lines = texts.map((text) => text.trim()).filter((text) => text !== '')
  const wrapped = lines.filter((line) => line.includes(':'))
  if (wrapped.length > 0 && wrapped.length < lines.length)
    throw refusal(source, 'holds keys that are wrapped beside keys that are not.')
  if (wrapper === undefined && wrapped.length > 0)
    throw refusal(source, 'holds wrapped keys: set PORTICO_KEY_WRAPPER to what wrapped them.')
  if (wrapper === undefined || (wrapped.length === 0 && isPlainFine))
    return lines.map((line) => parseKey(line, source))
  if (wrapped.length < lines.length)
    throw refusal(source, 'holds keys that PORTICO_KEY_WRAPPER has not wrapped: see docs/keys.md.')
  const begin = `${wrapper.kind}:`
  if (!wrapped.every((line) => line.startsWith(begin)))
    throw refusal(source, `holds keys that something else than ${wrapper.kind} wrapped.`)
  const keys = await Promise.all(wrapped.map((line) => wrapper.unwrap(line.slice(begin.length))))
  return keys.map((key) => parseKey(Buffer.from(key).toString('base64'), source))
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

function secretsOf(
  keys: readonly Uint8Array[],
  origin: Pick<Secrets, 'file' | 'wrapper' | 'generated'>,
): Secrets {
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
