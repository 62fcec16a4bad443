import { expect, test } from 'vitest'
import { fillHost, fillText, fillUrl, namesIn, tenantValues } from './template.ts'

const refused = expect.objectContaining({ code: 'tenant_invalid' }) as Error

test.each([
  ['https://{shop}.myshopify.com/admin', { shop: 'acme' }, 'https://acme.myshopify.com/admin'],
  [
    'https://{host}/oauth/token',
    { host: 'Git.Example.com:8443' },
    'https://Git.Example.com:8443/oauth/token',
  ],
  ['https://{host}/x', { host: 'git.example.com:443' }, 'https://git.example.com:443/x'],
  ['https://accounts.zoho.{dc}/oauth', { dc: 'com.au' }, 'https://accounts.zoho.com.au/oauth'],
  ['https://{base}/rest', { base: 'https://na3.example.net' }, 'https://na3.example.net/rest'],
  ['https://a.example/{id}/x?y={id}', { id: 'a/b?c#d' }, 'https://a.example/a%2Fb%3Fc%23d/x?y=a%2Fb%3Fc%23d'],
  ['https://a.example/plain', {}, 'https://a.example/plain'],
])('%s is filled', (template, values, filled) => {
  expect(fillUrl(template, values)).toBe(filled)
})

test.each([
  'evil.example#',
  'evil.example?',
  'evil.example/',
  'evil.example\\',
  'evil.example@',
  'me:secret@evil.example',
  'https://evil.example/x',
  'javascript:alert(1)',
  'evil.example%2f',
  'a..b',
  '.a',
  'a.',
  '-a',
  'a b',
  'a\n',
  'ａ.example',
  'a:99999999',
  '',
  '127.1',
  '0x7f000001',
  '[::1]',
])('a host never becomes another one by %j', (host) => {
  expect(() => fillUrl('https://{host}/oauth', { host })).toThrow(refused)
})

test.each(['x@', 'x#', 'x/', 'evil.example/', 'evil.example:1'])(
  'nor by %j before more of the name',
  (shop) => {
    expect(() => fillUrl('https://{shop}.example.com/', { shop })).toThrow(refused)
  },
)

test.each(['.', '..', '\ud800'])('a path never changes by %j', (id) => {
  expect(() => fillUrl('https://a.example/x/{id}/y', { id })).toThrow(refused)
})

test('what is missing is refused, also where every object has it', () => {
  expect(() => fillUrl('https://a.example/{id}', {})).toThrow(refused)
  expect(() => fillText('{constructor}', {})).toThrow(refused)
})

test('header values are filled, and never end their line', () => {
  expect(fillText('Zoho-oauthtoken {token}', { token: 'a' })).toBe('Zoho-oauthtoken a')
  expect(() => fillText('{token}', { token: 'a\r\nx: y' })).toThrow(refused)
})

test('names and rules of hosts', () => {
  expect(namesIn('https://{a}.x/{b-c}?{a}')).toEqual(['a', 'b-c', 'a'])
  expect(fillHost('*.{region}.example.com', { region: 'eu' })).toBe('*.eu.example.com')
})

test('a tenant is what its pattern and its values allow, or the usual one', () => {
  const tenant = { var: 'dc', label: 'Region', pattern: '^[a-z.]+$', default: 'com', values: ['com', 'eu'] }
  expect(tenantValues({ tenant }, { dc: 'eu', other: 'x' })).toEqual({ dc: 'eu' })
  expect(tenantValues({ tenant }, {})).toEqual({ dc: 'com' })
  expect(tenantValues({}, { dc: 'eu' })).toEqual({})
  expect(() => tenantValues({ tenant }, { dc: 'in' })).toThrow(refused)
  expect(() => tenantValues({ tenant }, { dc: 'eu\n' })).toThrow(refused)
  const { default: _none, ...needed } = tenant
  expect(() => tenantValues({ tenant: needed }, {})).toThrow(refused)
})
