import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { substitute } from '../config/substitute.ts'
import { findProviderProblems } from './catalogue.ts'
import type { Override } from './entry/configured-entry.ts'
import { entries } from './entries.ts'

interface Example {
  integrations: { providers: Record<string, Override> }
}

const docs = join(import.meta.dirname, '..', '..', 'docs')
const page = readFileSync(join(docs, 'providers.md'), 'utf8')
const examples = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(([, text = '']) => parse(text) as Example)
const lookup = (name: string) => (name.includes('CLIENT') ? 'given' : undefined)

it('docs/providers.md has examples', () => {
  expect(examples.map(({ integrations }) => Object.keys(integrations.providers))).toEqual([
    ['github', 'google'],
    ['gitlab'],
    ['github'],
    ['intranet'],
    ['warehouse'],
  ])
})

it.each(examples)('docs/providers.md: %j is taken', async (example) => {
  const { tree, unset } = substitute(example, lookup)
  const { providers } = (tree as Example).integrations
  expect(unset).toEqual([])
  expect(await findProviderProblems(providers, [])).toEqual([])
})

it('docs/reference/providers.md has every entry, and no other', () => {
  const table = readFileSync(join(docs, 'reference', 'providers.md'), 'utf8')
  const ids = [...table.matchAll(/^\| [^|]+ \| `([^`]+)` \|/gm)].map(([, id]) => id)
  expect(ids.toSorted()).toEqual(entries.map(({ id }) => id))
})
