import { expect, it } from 'vitest'
import type { Catalogue, ConfiguredProvider } from '../integrations/integrations.ts'
import { namedProvider } from './named-provider.ts'

const entry = (id: string, name: string, aliases: string[] = []): ConfiguredProvider => ({
  id,
  name,
  aliases,
  category: 'dev',
  api_hosts: [`${id}.example`],
  evidence: ['a test'],
  checked_on: '2026-11-21',
  confidence: 'low',
  client: undefined,
})
const entries = [
  entry('github', 'GitHub'),
  entry('microsoft', 'Microsoft 365', ['outlook', 'GitHub']),
  entry('wordpress-com', 'WordPress.com'),
]
const catalogue: Catalogue = {
  find: async (id) => entries.find((one) => one.id === id),
  list: async () => entries,
}

it.each([
  ['github', 'github'],
  [' GitHub ', 'github'],
  ['Microsoft  365', 'microsoft'],
  ['OUTLOOK', 'microsoft'],
  ['wordpress.com', 'wordpress-com'],
])('%j is %s', async (word, id) => {
  expect(await namedProvider(catalogue, word)).toMatchObject({ kind: 'found', provider: { id } })
})

it.each([
  ['gihtub', 'github'],
  ['outlok', 'microsoft'],
  ['a fax', undefined],
  ['', undefined],
])('%j is none, and may mean %s', async (word, nearest) => {
  expect(await namedProvider(catalogue, word)).toEqual({ kind: 'unknown', nearest })
})
