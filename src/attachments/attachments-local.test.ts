import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createLocalStore } from './local-store.ts'
import { pathOf } from './paths.ts'
import { describeAttachments } from './testing/attachments-contract.ts'

const directories: string[] = []
afterAll(() => Promise.all(directories.map((directory) => rm(directory, { recursive: true, force: true }))))

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'portico-files-'))
  directories.push(directory)
  return directory
}

describeAttachments('a local directory', async () => {
  const directory = await newDirectory()
  return {
    store: createLocalStore(directory),
    async list() {
      const entries = await readdir(directory, { recursive: true, withFileTypes: true })
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
        .sort()
    },
    stop: async () => undefined,
  }
})

it('lets nobody else on the machine read the files', async () => {
  const directory = join(await newDirectory(), 'files')
  const store = createLocalStore(directory)
  await store.write('usr_ada/fil_1', (async function* () {})())
  const modes = await Promise.all(['', 'usr_ada', 'usr_ada/fil_1'].map((path) => stat(join(directory, path))))
  expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o700, 0o600])
})

it('makes no path of anything but plain ids', () => {
  for (const id of ['..', 'a/b', 'a\\b', '', 'a.b', 'a\0'])
    expect(() => pathOf({ userId: 'usr_ada', id })).toThrow(/path/)
  expect(pathOf({ userId: 'default', id: 'fil_1' })).toBe('default/fil_1')
})
