import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { environmentOf } from '../config/env.ts'
import { startVaultServer, type VaultServer } from '../config/key-wrapping/testing/vault-server.ts'
import { newMasterKey, readSecrets, writeKeys } from '../config/secrets.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { fillSealedColumns, placeOf, readSealedColumns, textOf } from '../vault/testing/sealed-rows.ts'
import { createKeyring, createVault, unlockVault } from '../vault/vault.ts'
import { runCli } from './cli.ts'

const perColumn = 3
const plain = newMasterKey()
let directory: string
let database: TestDatabase
let service: VaultServer
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-test-'))
  service = await startVaultServer()
  database = await createTestDatabase(4)
  const keyring = createKeyring(plain)
  await unlockVault({ db: database.db, keyring })
  await fillSealedColumns(database.db, createVault({ keyring }), perColumn)
  await writeKeys(join(directory, 'master.key'), [plain])
})
afterAll(async () => {
  await service.stop()
  await database.drop()
  await rm(directory, { recursive: true })
})

const environment = () =>
  environmentOf({
    DATABASE_URL: urlOf(database),
    PORTICO_DATA_DIR: directory,
    PORTICO_LOG_LEVEL: 'silent',
    PORTICO_KEY_WRAPPER: 'vault-transit:portico',
    VAULT_ADDR: service.url,
    VAULT_TOKEN: service.token,
  })
const readFileOfKeys = () => readFile(join(directory, 'master.key'), 'utf8')

async function rotateKeys(): Promise<{ code: number; output: string }> {
  const printed: string[] = []
  const print = (text: string) => void printed.push(text)
  const code = await runCli(['rotate-keys'], {
    environment: environment(),
    directory,
    print,
    printError: print,
  })
  return { code, output: printed.join('\n') }
}

/** What a start with the file as it stands can open. */
async function openedByStart(): Promise<number> {
  const { current, older } = await readSecrets(environment(), directory)
  const keyring = createKeyring(current, older)
  await unlockVault({ db: database.db, keyring })
  const vault = createVault({ keyring })
  const stored = await readSealedColumns(database.db)
  return stored.filter((secret) => vault.open(secret.sealed, placeOf(secret)) === textOf(placeOf(secret)))
    .length
}

it('brings a key that lay on the disk into a key service, in two steps, and loses nothing', async () => {
  const before = await readFileOfKeys()
  service.isSealed = true
  expect(await rotateKeys()).toMatchObject({
    code: 1,
    output: expect.stringContaining('unseal it') as string,
  })
  expect(await readFileOfKeys()).toBe(before)
  service.isSealed = false

  expect((await rotateKeys()).code).toBe(0)
  const both = (await readFileOfKeys()).trim().split('\n')
  expect(both.map((line) => line.slice(0, 23))).toEqual([
    'vault-transit:vault:v1:',
    'vault-transit:vault:v1:',
  ])
  const all = (await readSealedColumns(database.db)).length
  expect(all).toBeGreaterThanOrEqual(14 * perColumn)
  expect(await openedByStart()).toBe(all)

  const second = await rotateKeys()
  expect(second).toMatchObject({ code: 0, output: expect.stringContaining(`anew: ${all}.`) as string })
  expect((await readFileOfKeys()).trim().split('\n')).toHaveLength(1)
  expect(await openedByStart()).toBe(all)
  const old = createKeyring(plain)
  await expect(unlockVault({ db: database.db, keyring: old })).rejects.toThrow(/master_key_wrong/)
})

function urlOf({ address }: TestDatabase): string {
  if ('url' in address) return address.url
  const { socketDirectory, port, user, database: name } = address
  return `postgres://${user}@localhost/${name}?host=${encodeURIComponent(socketDirectory)}&port=${port}`
}
