import { readFile } from 'node:fs/promises'
import { isMap, parseDocument, type Document } from 'yaml'

/** `portico.yaml` as it stands, with its comments, to be changed here and there. */
export interface YamlFile {
  /** The text at a place; undefined where there is nothing or something else. */
  read(path: readonly string[]): string | undefined
  /** Undefined takes away what is there. */
  write(path: readonly string[], value: string | boolean | undefined): void
  /** Whether anything was written. */
  readonly isChanged: boolean
  print(): string
}

/** Reads the file; where there is none, what is written makes a new one. */
export async function readYamlFile(file: string): Promise<YamlFile> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  })
  return openYaml(text)
}

export function openYaml(text: string): YamlFile {
  const document = parseDocument(text)
  let isChanged = false
  return {
    read(path) {
      const value: unknown = document.getIn(path)
      return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined
    },
    write(path, value) {
      isChanged = true
      if (value === undefined) return void document.deleteIn(path)
      makeRoom(document, path)
      document.setIn(path, value)
    },
    get isChanged() {
      return isChanged
    },
    print: () => document.toString({ lineWidth: 0 }),
  }
}

/** A key without a value, such as `channels:`, becomes a mapping; its comments stay. */
function makeRoom(document: Document, path: readonly string[]): void {
  if (!isMap(document.contents)) document.contents = document.createNode({})
  for (let length = 1; length < path.length; length += 1) {
    const parent = path.slice(0, length)
    if (document.hasIn(parent) && !isMap(document.getIn(parent, true)))
      document.setIn(parent, document.createNode({}))
  }
}
