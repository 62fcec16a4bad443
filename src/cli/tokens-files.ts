import { createReadStream } from 'node:fs'
import { opendir, open, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'

export interface Where {
  /** Paths are relative to it. */
  directory: string
  /** Files and directories; `-` is `input`. */
  paths: readonly string[]
  input: Readable
  skipped: (name: string, why: string) => void
  fail: (name: string, error: unknown) => void
}

export interface Text {
  /** As the caller named it. */
  name: string
  open(): AsyncIterable<Uint8Array>
}

/** Of what is found in directories; a file that is named itself is read whatever its size. */
const largest = 256 * 1024 * 1024
const binaryWithin = 8_192
const chunkSize = 1024 * 1024

/**
 * The texts to look through, one after the other. In directories symbolic links are not followed, and what is binary or
 * larger than 256 MiB is skipped with a word.
 */
export async function* textsIn({ directory, paths, input, skipped, fail }: Where): AsyncGenerator<Text> {
  for (const name of paths) {
    if (name === '-') {
      yield { name: 'standard input', open: () => input }
      continue
    }
    try {
      const path = resolve(directory, name)
      if ((await stat(path)).isDirectory()) yield* textsOf(path, name, { skipped, fail })
      else yield { name, open: () => readAll(path) }
    } catch (error) {
      fail(name, error)
    }
  }
}

async function* textsOf(
  path: string,
  name: string,
  { skipped, fail }: Pick<Where, 'skipped' | 'fail'>,
): AsyncGenerator<Text> {
  const entries = []
  for await (const entry of await opendir(path)) entries.push(entry)
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const [child, childName] = [join(path, entry.name), join(name, entry.name)]
    try {
      if (entry.isDirectory()) yield* textsOf(child, childName, { skipped, fail })
      else if (entry.isFile()) {
        const why = await whySkip(child)
        if (why === undefined) yield { name: childName, open: () => readAll(child) }
        else skipped(childName, why)
      }
    } catch (error) {
      fail(childName, error)
    }
  }
}

async function whySkip(path: string): Promise<string | undefined> {
  await using file = await open(path)
  const { size } = await file.stat()
  if (size > largest) return 'it is larger than 256 MiB; name it to have it read'
  const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(binaryWithin, size)))
  return buffer.subarray(0, bytesRead).includes(0) ? 'it is binary; name it to have it read' : undefined
}

function readAll(path: string): Readable {
  return createReadStream(path, { highWaterMark: chunkSize })
}
