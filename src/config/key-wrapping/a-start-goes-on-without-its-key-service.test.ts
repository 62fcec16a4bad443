import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { environmentOf } from '../env.ts'
import { newMasterKey, readSecrets, writeKeys } from '../secrets.ts'
import { startVaultServer, type VaultServer } from './testing/vault-server.ts'

let directory: string
let vault: VaultServer
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-test-'))
  vault = await startVaultServer()
})
afterEach(async () => {
  await vault.stop()
  await rm(directory, { recursive: true })
})

const file = () => join(directory, 'master.key')
const lines = async () => (await readFile(file(), 'utf8')).trim().split('\n')
const read = (more: Record<string, string> = {}, isPlainFine = false) =>
  readSecrets(
    environmentOf({
      PORTICO_KEY_WRAPPER: 'vault-transit:portico',
      VAULT_ADDR: vault.url,
      VAULT_TOKEN: vault.token,
      ...more,
    }),
    directory,
    { isPlainFine },
  )

describe('a wrapped master key', () => {
  it('is generated, wrapped before it is written, and read again', async () => {
    const first = await read()
    expect(first.generated).toBe(true)
    expect(await lines()).toEqual([expect.stringMatching(/^vault-transit:vault:v1:/)])
    const second = await read()
    expect(second.current).toEqual(first.current)
    expect(second.derive('sessions')).toBe(first.derive('sessions'))
  })

  it('comes by the variable too, with older ones behind it', async () => {
    const { wrapper } = await read()
    const keys = [newMasterKey(), newMasterKey()]
    const texts = await Promise.all(keys.map(async (key) => `vault-transit:${await wrapper!.wrap(key)}`))
    const { current, older } = await read({ PORTICO_MASTER_KEY: texts.join(',') })
    expect([current, ...older].map((key) => Buffer.from(key))).toEqual(keys)
  })
})

describe('without its key service', () => {
  it('no key is made, and no file', async () => {
    vault.isSealed = true
    await expect(read()).rejects.toThrow(/unseal it/)
    await vault.stop()
    await expect(read()).rejects.toThrow(/unreachable.*does not answer \(ECONNREFUSED\)/)
    expect(await readdir(directory)).toEqual([])
  })

  it('no start goes on, and its file stays as it was', async () => {
    await read()
    const before = await lines()
    await vault.stop()
    await expect(read()).rejects.toMatchObject({ name: 'KeyWrapperError', code: 'unreachable' })
    expect(await lines()).toEqual(before)
    expect(await readdir(directory)).toEqual(['master.key'])
  })

  it('no rotation replaces the file', async () => {
    const { current, wrapper } = await read()
    const before = await lines()
    vault.token = 'another'
    await expect(writeKeys(file(), [newMasterKey(), current], wrapper)).rejects.toThrow(/VAULT_TOKEN/)
    expect(await lines()).toEqual(before)
    expect(await readdir(directory)).toEqual(['master.key'])
  })

  it('nor does one whose service gives something else back', async () => {
    const { current } = await read()
    const before = await lines()
    const forgetful = { kind: 'vault-transit', wrap: async () => 'x', unwrap: async () => newMasterKey() }
    await expect(writeKeys(file(), [current], forgetful)).rejects.toThrow(/another key back/)
    expect(await lines()).toEqual(before)
  })
})

describe('a file is refused', () => {
  it('that holds wrapped keys beside others, and says no word of them', async () => {
    const { wrapper } = await read()
    const plain = Buffer.from(newMasterKey()).toString('base64')
    await writeFile(file(), `${(await lines()).join('')}\n${plain}\n`)
    const readings = [() => read(), () => read({}, true), () => read({ PORTICO_KEY_WRAPPER: '' })]
    for (const reading of readings) {
      const error = await reading().catch(String)
      expect(error).toMatch(/holds keys that are wrapped beside keys that are not/)
      expect(error).not.toContain(plain)
    }
    expect(wrapper).toBeDefined()
  })

  it('whose keys are not wrapped, until a rotation has wrapped them', async () => {
    await writeKeys(file(), [newMasterKey()])
    await expect(read()).rejects.toThrow(/PORTICO_KEY_WRAPPER has not wrapped: see docs\/keys.md/)
    const { current, wrapper } = await read({}, true)
    await writeKeys(file(), [newMasterKey(), current], wrapper)
    expect(await lines()).toHaveLength(2)
    expect((await read()).older.map((key) => Buffer.from(key))).toEqual([Buffer.from(current)])
  })

  it('whose keys are wrapped, without PORTICO_KEY_WRAPPER or by another kind of service', async () => {
    await read()
    await expect(read({ PORTICO_KEY_WRAPPER: '' })).rejects.toThrow(/set PORTICO_KEY_WRAPPER/)
    const aws = { AWS_REGION: 'eu-test-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' }
    await expect(read({ PORTICO_KEY_WRAPPER: 'aws-kms:x', ...aws })).rejects.toThrow(
      /something else than aws-kms wrapped/,
    )
  })
})
