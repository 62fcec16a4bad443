import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { environmentOf } from './env.ts'
import { newMasterKey, readSecrets, writeKeys } from './secrets.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-test-'))
})
afterEach(() => rm(directory, { recursive: true }))

const read = (values: Record<string, string> = {}) => readSecrets(environmentOf(values), directory)
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

describe('the master key', () => {
  it('is generated once, for its owner only', async () => {
    const first = await read()
    expect(first.generated).toBe(true)
    expect((await stat(join(directory, 'master.key'))).mode & 0o777).toBe(0o600)
    const second = await read()
    expect(second.generated).toBe(false)
    expect(second.current).toEqual(first.current)
  })

  it('comes from the variable with older keys behind it, and no file is made', async () => {
    const [current, older] = [newMasterKey(), newMasterKey()]
    const secrets = await read({ PORTICO_MASTER_KEY: `${base64(current)}, ${base64(older)}` })
    expect([secrets.current, ...secrets.older].map(base64)).toEqual([current, older].map(base64))
    await expect(stat(join(directory, 'master.key'))).rejects.toThrow('ENOENT')
  })

  it('comes from the named file, as written by a rotation', async () => {
    const keys = [newMasterKey(), newMasterKey()]
    const file = join(directory, 'keys')
    await writeKeys(file, keys)
    const secrets = await read({ PORTICO_MASTER_KEY_FILE: file })
    expect([secrets.current, ...secrets.older].map(base64)).toEqual(keys.map(base64))
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('derives the same secret for the same purpose only', async () => {
    const secrets = await read()
    expect(secrets.derive('sessions')).toBe((await read()).derive('sessions'))
    expect(secrets.derive('sessions')).not.toBe(secrets.derive('csrf'))
    expect(secrets.derive('sessions')).not.toContain(
      (await readFile(join(directory, 'master.key'), 'utf8')).trim(),
    )
  })
})

describe('a master key is refused', () => {
  const refused = {
    'too short': base64(randomBytes(16)),
    'not base64': '*'.repeat(44),
    'one byte repeated': base64(new Uint8Array(32)),
    'a sentence': base64(Buffer.from('correct horse battery staple ok!')),
    'nothing but commas': ',,',
  }
  for (const [fault, text] of Object.entries(refused))
    it(`when it is ${fault}, without being repeated`, async () => {
      const error = await read({ PORTICO_MASTER_KEY: text }).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ name: 'ConfigError' })
      if (text !== ',,') expect(String(error)).not.toContain(text)
    })

  it('when both variables are set', async () => {
    await expect(
      read({ PORTICO_MASTER_KEY: base64(newMasterKey()), PORTICO_MASTER_KEY_FILE: 'x' }),
    ).rejects.toThrow('give one of them')
  })

  it('when its file is missing or empty: a new one would orphan every secret', async () => {
    const file = join(directory, 'gone')
    await expect(read({ PORTICO_MASTER_KEY_FILE: file })).rejects.toThrow('ENOENT')
    await writeFile(file, '\n')
    await expect(read({ PORTICO_MASTER_KEY_FILE: file })).rejects.toThrow('holds no key')
  })
})
