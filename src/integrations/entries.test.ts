import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { entries } from './entries.ts'
import { checkEntry } from './entry/check-entry.ts'
import { shapeProblems } from './entry/shape.ts'
import { parseHostRule } from './host-rule.ts'
import { providerSchema, supports, type Provider } from './provider.ts'

const day = 86_400_000
const ids = entries.map(({ id }) => id)

/** Ends that come within 90 days, or have come, and for which nothing was done. */
function dueSunsets({ sunset = [] }: Pick<Provider, 'sunset'>, today: number): string[] {
  const isDue = (on: string) => Date.parse(on) - today <= 90 * day
  return sunset.filter(({ on, handled }) => handled === undefined && isDue(on)).map(({ what }) => what)
}

describe.each(entries)('the entry of $id', (entry) => {
  it('has the shape of the schema and breaks no rule', () => {
    expect(shapeProblems({ ...entry })).toEqual([])
    expect(checkEntry(entry, [])).toEqual([])
  })

  it('says what it was taken from, when, and what of it is weak, and has no end near that nobody saw to', () => {
    expect(entry.evidence.length).toBeGreaterThan(0)
    expect(Date.parse(entry.checked_on)).toBeLessThanOrEqual(Date.now())
    expect(Date.parse(entry.checked_on)).toBeGreaterThan(Date.parse('2026-11-01'))
    const fields = Object.keys(providerSchema.properties)
    for (const path of entry.unverified ?? []) expect(fields).toContain(path.split('.')[0])
    expect(dueSunsets(entry, Date.now())).toEqual([])
  })
})

describe('the catalogue', () => {
  it('has one file for each entry, with its id as name, and lists all of them in order', () => {
    const files = readdirSync(join(import.meta.dirname, 'providers')).map((file) => file.replace(/\.ts$/, ''))
    expect(ids).toEqual(files.sort())
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('has no alias twice in one entry, none that is the id of another, and no name twice', () => {
    for (const { id, name, aliases = [] } of entries) {
      const words = [...aliases.map((alias) => alias.toLowerCase()), name.toLowerCase()]
      expect(new Set(words).size).toBe(words.length)
      for (const alias of aliases) expect(ids.filter((other) => other !== id)).not.toContain(alias)
    }
    expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length)
  })

  it('asks for whole keys, whatever follows the beginning that all of them have', () => {
    const patterns = entries.flatMap(({ api_key: key }) => key?.pattern ?? [])
    expect(patterns.length).toBeGreaterThan(20)
    for (const pattern of patterns) expect(pattern).toMatch(/^[^^].*[^$]$/)
    const matches = (id: string, key: string) => {
      const { pattern = '' } = entries.find((entry) => entry.id === id)?.api_key ?? {}
      return new RegExp(`^(?:${pattern})$`).test(key)
    }
    expect(matches('github', `ghp_${'a1B2'.repeat(9)}`)).toBe(true)
    expect(matches('github', 'my password')).toBe(false)
    expect(matches('slack', 'xoxb-1-2-abc')).toBe(true)
    expect(matches('slack', 'xoxe.xoxb-1-abc')).toBe(true)
    expect(matches('slack', 'xapp-1-abc')).toBe(false)
    expect(matches('openai', 'sk-proj-abc_DEF-1')).toBe(true)
    expect(matches('sendgrid', 'SGx1')).toBe(false)
  })

  it('names no host that anybody could own', () => {
    const shared = [
      'com',
      'net',
      'org',
      'io',
      'co.uk',
      'com.au',
      'github.io',
      'amazonaws.com',
      'googleapis.com',
    ]
    const wide = entries.flatMap(({ api_hosts: hosts }) => hosts.filter((rule) => rule.startsWith('*.')))
    const domains = wide.map((rule) => parseHostRule(rule.replaceAll(/\{[^}]+\}/g, 'x')).host)
    expect(domains.filter((domain) => shared.includes(domain))).toEqual([])
  })

  it('has every type of credential', () => {
    const kinds = entries.map(supports)
    expect(kinds.filter(({ oauth }) => oauth).length).toBeGreaterThanOrEqual(90)
    expect(kinds.filter(({ apiKey }) => apiKey).length).toBeGreaterThanOrEqual(90)
    expect(kinds.filter(({ userPassword }) => userPassword).length).toBeGreaterThanOrEqual(5)
    expect(entries.filter((entry) => supports(entry).hostScoped).map(({ id }) => id)).toEqual(['http'])
  })

  it('has what agents are asked for most', () => {
    const names =
      'github google notion todoist x discord reddit linear airtable wordpress slack microsoft atlassian gitlab hubspot ' +
      'salesforce dropbox box zoom asana clickup monday figma miro spotify stripe shopify zendesk intercom mailchimp ' +
      'calendly vercel cloudflare pagerduty sentry feishu dingtalk wecom openai anthropic tavily exa firecrawl ' +
      'elevenlabs replicate smtp http'
    expect(names.split(' ').filter((name) => !ids.includes(name))).toEqual([])
  })
})

describe('a sunset', () => {
  const sunset = [{ on: '2027-04-01', what: 'the old endpoint' }]

  it.each([
    ['2026-11-20', []],
    ['2026-12-31', []],
    ['2027-01-01', ['the old endpoint']],
    ['2027-06-01', ['the old endpoint']],
  ])('on %s is due: %j', (today, due) => {
    expect(dueSunsets({ sunset }, Date.parse(today))).toEqual(due)
  })

  it('that was seen to is not', () => {
    const handled = sunset.map((one) => ({ ...one, handled: 'The new one is used.' }))
    expect(dueSunsets({ sunset: handled }, Date.parse('2027-03-31'))).toEqual([])
  })
})
