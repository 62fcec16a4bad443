import { describe, expect, it } from 'vitest'
import { ConfigError } from '../config/problems.ts'
import { createCatalogue, findProviderProblems } from './catalogue.ts'
import { entries } from './entries.ts'
import type { Override } from './entry/configured-entry.ts'

const catalogueOf = (overrides: Record<string, Override> = {}, allowHosts: string[] = []) =>
  createCatalogue({ overrides, allowHosts })

const warehouse = {
  api_hosts: ['api.warehouse.example'],
  api_key: { label: 'Key', inject: { header: 'X-Key', format: '{token}' } },
}

describe('without configuration', () => {
  it('has every entry, by name, and no client', async () => {
    const listed = await catalogueOf().list()
    expect(listed.map(({ id }) => id).sort()).toEqual(entries.map(({ id }) => id))
    expect(listed.map(({ name }) => name)).toEqual(
      listed.map(({ name }) => name).toSorted((one, other) => one.localeCompare(other, 'en')),
    )
    expect(listed.every(({ client }) => client === undefined)).toBe(true)
  })

  it('finds by id, not by alias or by what objects have', async () => {
    const catalogue = catalogueOf()
    expect((await catalogue.find('notion'))?.name).toBe('Notion')
    for (const id of ['twitter', 'Notion', 'constructor', '__proto__', ''])
      expect(await catalogue.find(id)).toBeUndefined()
  })
})

describe('what the configuration says', () => {
  it('of a client is taken out of the entry', async () => {
    const override = { client_id: 'one', client_secret: 'hush' }
    const found = await catalogueOf({ github: override }).find('github')
    expect(found?.client).toEqual({ id: 'one', secret: 'hush' })
    expect(JSON.stringify({ ...found, client: undefined })).not.toContain('hush')
    const listed = await catalogueOf({ github: { client_id: 'one' } }).list()
    expect(listed.filter(({ client }) => client !== undefined).map(({ id }) => id)).toEqual(['github'])
    expect(listed.find(({ id }) => id === 'github')?.client).toEqual({ id: 'one', secret: undefined })
  })

  it('merges mappings, replaces lists, and leaves the rest', async () => {
    const override = { userinfo: { label_pointer: '/name' }, default_scopes: ['repo'], token_auth: 'post' }
    const found = await catalogueOf({ github: override }).find('github')
    const entry = entries.find(({ id }) => id === 'github')!
    expect(found).toEqual({
      ...entry,
      ...override,
      userinfo: { ...entry.userinfo, label_pointer: '/name' },
      client: undefined,
    })
    expect(entry.default_scopes).not.toEqual(['repo'])
  })

  it('of the way in which a token travels replaces the other way', async () => {
    const found = await catalogueOf({ wecom: { inject: { header: 'X-T', format: '{token}' } } }).find('wecom')
    expect(found?.inject).toEqual({ header: 'X-T', format: '{token}' })
  })

  it('makes a provider of its own', async () => {
    expect(await catalogueOf({ warehouse }).find('warehouse')).toEqual({
      ...warehouse,
      id: 'warehouse',
      name: 'warehouse',
      category: 'generic',
      evidence: ['configured here'],
      checked_on: '1970-01-01',
      confidence: 'high',
      client: undefined,
    })
  })

  it('may name a host without TLS that is allowed', async () => {
    const override = { token_url: 'http://127.0.0.1:9000/token' }
    expect(await findProviderProblems({ github: override }, ['127.0.0.1'])).toEqual([])
    expect(await findProviderProblems({ github: override }, [])).toEqual([
      {
        path: 'integrations.providers.github.token_url',
        message: 'must start with https://, unless integrations.allow_hosts has its host.',
      },
    ])
  })

  it('is refused with every mistake at once', async () => {
    const overrides = { github: { tokenurl: 'x', pkce: 'maybe' }, notion: { client_id: 7 } }
    await expect(catalogueOf(overrides).list()).rejects.toThrow(ConfigError)
    const problems = await findProviderProblems(overrides, [])
    expect(problems.map(({ path }) => path).sort()).toEqual([
      'integrations.providers.github.pkce',
      'integrations.providers.github.tokenurl',
      'integrations.providers.notion.client_id',
    ])
  })
})
