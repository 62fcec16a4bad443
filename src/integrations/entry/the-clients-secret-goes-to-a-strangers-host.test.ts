import { describe, expect, it } from 'vitest'
import { findProviderProblems } from '../catalogue.ts'
import { entries } from '../entries.ts'
import { supports } from '../provider.ts'
import { fillUrl, tenantValues } from '../template.ts'

const withTenant = entries.filter((entry) => entry.tenant !== undefined && supports(entry).oauth)
const hostile = [
  'evil.example',
  'evil.example/',
  'evil.example#',
  'evil.example?',
  'evil.example\\',
  'user@evil.example',
  'evil.example:443',
  '127.0.0.1',
  '[::1]',
  'localhost',
  '169.254.169.254',
  '..',
  '%2e%2e',
  'a\nb',
  '',
]
/** Of each vendor; a value that people give may only choose within it. */
const homes =
  /(^|\.)(microsoftonline\.com|salesforce\.com|force\.com|gitlab\.com|myshopify\.com|zendesk\.com|docusign\.com|snowflakecomputing\.(com|cn)|databricks\.com|azuredatabricks\.net|okta\.com|oktapreview\.com|okta-emea\.com|auth0\.com|sentry\.io|zoho\.(com|eu|in|com\.au|jp|sa)|service-now\.com|mastodon\.social|gitea\.com)$/

/** The host to which the client's secret would be sent; undefined where the value is refused. */
function hostFor(entry: (typeof entries)[number], value: string): string | undefined {
  try {
    return new URL(fillUrl(entry.token_url!, tenantValues(entry, { [entry.tenant!.var]: value }))).hostname
  } catch {
    return undefined
  }
}

it('there are providers whose URLs people fill in', () => {
  expect(withTenant.length).toBeGreaterThan(10)
})

describe.each(withTenant)('$id', (entry) => {
  it.each(hostile)('never sends it elsewhere for %j', (value) => {
    const host = hostFor(entry, value)
    if (host !== undefined) expect(host).toMatch(homes)
  })

  it('takes its own value', () => {
    const { tenant } = entry
    const value = tenant!.default ?? tenant!.example?.split(' ')[0] ?? 'acme'
    expect(hostFor(entry, value)).toMatch(homes)
  })
})

describe('a configuration that would let people name any host', () => {
  const own = { api_hosts: ['{host}'], authorize_url: 'https://{host}/a', token_url: 'https://{host}/t' }
  const tenant = { var: 'host', label: 'Host', pattern: '^[a-z0-9.-]+$' }
  const anyHost =
    "lets people name any host, which would be given the client's secret: say values, or end the pattern in a domain."
  const problemsOf = async (change: object) =>
    findProviderProblems({ acme: { ...own, tenant: { ...tenant, ...change } } }, [])

  it.each([
    ['any name', {}, [{ path: 'integrations.providers.acme.tenant', message: anyHost }]],
    [
      'any name below two',
      { pattern: '^[a-z]+\\.[a-z.]+$' },
      [{ path: 'integrations.providers.acme.tenant', message: anyHost }],
    ],
    ['names of one domain', { pattern: '^[a-z0-9-]+\\.acme\\.example$' }, []],
    ['some names', { values: ['one.example', 'two.example'] }, []],
  ])('%s', async (_what, change, problems) => {
    expect(await problemsOf(change)).toEqual(problems)
  })

  it.each([
    ['^a|b$', 'is not a regular expression from ^ to $.'],
    ['^(a$', 'is not a regular expression from ^ to $.'],
    ['[a-z]+', 'must match pattern "^\\^.*\\$$".'],
  ])('a pattern such as %s', async (pattern, message) => {
    expect(await problemsOf({ pattern })).toEqual([
      { path: 'integrations.providers.acme.tenant.pattern', message },
    ])
  })

  it('a value that its own pattern refuses', async () => {
    expect(await problemsOf({ values: ['UPPER'], default: 'UPPER' })).toEqual([
      {
        path: 'integrations.providers.acme.tenant.pattern',
        message: 'does not match default or one of values.',
      },
    ])
  })

  it('a usual value that is not one of those', async () => {
    expect(await problemsOf({ values: ['one.example'], default: 'two.example' })).toEqual([
      { path: 'integrations.providers.acme.tenant.default', message: 'is not one of values.' },
    ])
  })
})
