import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byNarrowness, hostRuleText, matchesHost, parseHostRule } from './host-rule.ts'

const fits = (rule: string, url: string, allowHosts: readonly string[] = []) =>
  matchesHost(parseHostRule(rule), new URL(url), allowHosts)

describe('a host rule fits', () => {
  it.each([
    ['api.example.com', 'https://api.example.com/v1'],
    ['api.example.com', 'https://API.Example.com./v1'],
    ['API.EXAMPLE.com.', 'https://api.example.com'],
    ['api.example.com', 'https://api.example.com:80'],
    ['api.example.com:443', 'https://api.example.com'],
    ['api.example.com:8443', 'https://api.example.com:8443'],
    ['*.example.com', 'https://example.com'],
    ['*.example.com', 'https://a.b.c.example.com'],
    ['*.example.com:8443', 'https://a.example.com:8443'],
    ['bücher.example', 'https://xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'https://BÜCHER.example'],
    ['192.0.2.7', 'https://192.0.2.7'],
    ['[2001:DB8:0::1]', 'https://[2001:db8::1]/'],
    ['[::1]:8080', 'http://[::1]:8080/'],
    ['localhost:3000', 'http://localhost:3000/'],
    ['127.0.0.1', 'http://127.0.0.1/'],
  ])('%s: %s', (rule, url) => expect(fits(rule, url)).toBe(true))
})

describe('a host rule does not fit', () => {
  it.each([
    ['api.example.com', 'https://example.com'],
    ['api.example.com', 'https://x.api.example.com'],
    ['api.example.com', 'https://api.example.com:8443'],
    ['api.example.com:8443', 'https://api.example.com'],
    ['api.example.com', 'http://api.example.com'],
    ['api.example.com', 'wss://api.example.com'],
    ['api.example.com', 'https://user@api.example.com'],
    ['api.example.com', 'https://api.example.com.evil.test'],
    ['api.example.com', 'https://api.example.com@evil.test'],
    ['*.example.com', 'https://notexample.com'],
    ['*.example.com', 'https://example.com.evil.test'],
    ['127.0.0.1', 'https://127.0.0.2'],
    ['[::1]', 'https://[::ffff:127.0.0.1]'],
    ['localhost:3000', 'http://localhost:3001'],
    ['localhost', 'http://localhost.evil.test'],
  ])('%s: %s', (rule, url) => expect(fits(rule, url)).toBe(false))

  it('without TLS, except where the operator allowed the host', () => {
    expect(fits('intranet:8080', 'http://intranet:8080')).toBe(false)
    expect(fits('intranet:8080', 'http://intranet:8080', ['Intranet.'])).toBe(true)
    expect(fits('other:8080', 'http://intranet:8080', ['intranet'])).toBe(false)
  })
})

it.each([
  ...[
    '',
    '*',
    '*.',
    '*.com',
    '*.localhost',
    '*.127.0.0.1',
    '*.[::1]',
    '**.example.com',
    'a.*.com',
    '*a.example.com',
  ],
  ...[
    'https://example.com',
    '//example.com',
    'example.com/',
    'example.com/path',
    'example.com?q',
    'example.com#f',
  ],
  ...['user@example.com', 'user:pass@example.com', 'example.com:', 'example.com:0', 'example.com:65536'],
  ...[
    'example.com:x',
    'example.com:80:80',
    '::1',
    '[::1',
    '[::1%25lo]',
    '[example.com]',
    'a..example.com',
    '.example.com',
  ],
  ...[
    'example.com..',
    '-a.example.com',
    'a b.example.com',
    'example.com\r\nx: y',
    'exa\tmple.com',
    'example.com\u0000',
  ],
  ...[
    '0x7f.1',
    '2130706433',
    '127.1',
    '0177.0.0.1',
    '256.1.1.1',
    '%65xample.com',
    'example.com\\evil',
    '＊.com',
  ],
  ...[
    'exam\u00adple.com',
    'evil.test／.example.com',
    `${'a'.repeat(64)}.example.com`,
    `${'a.'.repeat(140)}com`,
  ],
])('%j is no host rule', (text) => {
  expect(() => parseHostRule(text)).toThrow('host_rule_invalid')
})

it('of two rules that fit, the narrower is taken first', () => {
  const rules = ['*.example.com', 'a.b.example.com', '*.b.example.com', 'a.b.example.com:443'].map(
    parseHostRule,
  )
  expect(rules.toSorted(byNarrowness).map(hostRuleText)).toEqual([
    'a.b.example.com:443',
    'a.b.example.com',
    '*.b.example.com',
    '*.example.com',
  ])
})

const name = fc.domain()
const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined })
const rules = fc
  .record({ host: name, isWildcard: fc.boolean(), port })
  .map(
    ({ host, isWildcard, port }) => `${isWildcard ? '*.' : ''}${host}${port === undefined ? '' : `:${port}`}`,
  )

describe('whatever the rule is', () => {
  it('its canonical text means the same, and is its own canonical text', () => {
    fc.assert(
      fc.property(rules, (text) => {
        const rule = parseHostRule(text)
        expect(parseHostRule(hostRuleText(rule))).toEqual(rule)
      }),
    )
  })

  it('it fits only its own host and, as a wildcard, those below it', () => {
    fc.assert(
      fc.property(rules, name, fc.constantFrom('', 'a.', 'a.b.'), (text, stranger, below) => {
        const rule = parseHostRule(text)
        const at = rule.port === undefined ? '' : `:${rule.port}`
        const own = new URL(`https://${below}${rule.host}${at}`)
        expect(matchesHost(rule, own)).toBe(below === '' || rule.isWildcard)
        const other = new URL(`https://${stranger}${at}`)
        const isBelow = other.hostname.endsWith(`.${rule.host}`)
        expect(matchesHost(rule, other)).toBe(other.hostname === rule.host || (rule.isWildcard && isBelow))
        expect(matchesHost(rule, new URL(`https://${rule.host}.${stranger}${at}`))).toBe(false)
      }),
    )
  })

  it('what is entered is a rule or refused by name, never anything else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          const { host } = parseHostRule(text)
          expect(host).toMatch(/^[a-z\d_.:-]+$/)
        } catch (error) {
          expect(error).toMatchObject({ code: 'host_rule_invalid' })
        }
      }),
    )
  })
})
