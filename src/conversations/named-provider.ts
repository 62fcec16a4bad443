import type { Catalogue, ConfiguredProvider } from '../integrations/integrations.ts'
import { nearest } from '../lib/nearest.ts'

export type Named =
  { kind: 'found'; provider: ConfiguredProvider } | { kind: 'unknown'; nearest: string | undefined }

/** The provider that a person means: by its id, its name or another word for it, whatever the case. */
export async function namedProvider(catalogue: Catalogue, word: string): Promise<Named> {
  const wanted = plain(word)
  const known = await catalogue.find(wanted)
  if (known !== undefined) return { kind: 'found', provider: known }
  const ids = new Map<string, string>()
  const providers = await catalogue.list()
  for (const { id, name, aliases = [] } of providers)
    for (const called of [id, name, ...aliases]) if (!ids.has(plain(called))) ids.set(plain(called), id)
  const id = ids.get(wanted)
  const provider = providers.find((one) => one.id === id)
  if (provider !== undefined) return { kind: 'found', provider }
  return { kind: 'unknown', nearest: ids.get(nearest(wanted, ids.keys()) ?? '') }
}

function plain(word: string): string {
  return word.trim().toLowerCase().replace(/\s+/g, ' ')
}
