import { createWriteStream, openAsBlob } from 'node:fs'
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { FileStore } from './file-store.ts'

/** Files in a directory that only this account can read. A file appears at its place when it is whole. */
export function createLocalStore(directory: string): FileStore {
  const at = (path: string) => join(directory, path)
  return {
    async write(path, body) {
      await makeFolder(dirname(at(path)))
      const unfinished = `${at(path)}.new`
      try {
        await writeFile(unfinished, body)
        await rename(unfinished, at(path))
      } catch (error) {
        await rm(unfinished, { force: true })
        throw error
      }
    },
    async read(path) {
      const file = await openIfThere(at(path))
      return file && (Readable.toWeb(file.createReadStream()) as ReadableStream<Uint8Array>)
    },
    async blob(path, mediaType) {
      const file = await openIfThere(at(path))
      await file?.close()
      return file && openAsBlob(at(path), { type: mediaType })
    },
    remove: (path) => rm(at(path), { force: true }),
  }
}

export async function makeFolder(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
}

/** Writes a new file through to the disk. */
export async function writeFile(file: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  const target = createWriteStream(file, { mode: 0o600, flush: true })
  await pipeline(Readable.from(body, { objectMode: false }), target)
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
