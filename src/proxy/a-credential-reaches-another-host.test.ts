import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startProvider, type ProviderServer } from './testing/provider-server.ts'
import {
  apiHost,
  openProxyHouse,
  providerAt,
  refusalOf,
  token,
  type ProxyHouse,
} from './testing/proxy-house.ts'

let house: ProxyHouse
let canary: ProviderServer
beforeAll(async () => {
  house = await openProxyHouse()
  canary = await startProvider()
  house.credentials.put({ provider: 'demo', secret: { type: 'oauth2', accessToken: token } })
  house.providers.set('http', { ...providerAt(0), id: 'http', api_hosts: [], host_scoped: true })
})
afterAll(() => Promise.all([house.stop(), canary.stop()]))
beforeEach(() => {
  house.resolver.addresses = () => ['127.0.0.1']
  house.server.answer = (_, reply) => void reply.end('{}')
})

/** `C` is the port of the canary, `P` that of the provider. */
const filled = (text: string) =>
  text.replaceAll('{C}', String(canary.port)).replaceAll('{P}', String(house.server.port))

const otherTargets: [path: string, code: string][] = [
  ['http://127.0.0.1:{C}/', 'host_not_allowed'],
  ['http://0.0.0.0:{C}/', 'host_not_allowed'],
  ['http://[::1]:{C}/', 'host_not_allowed'],
  ['http://[::]:{C}/', 'host_not_allowed'],
  ['http://[::ffff:127.0.0.1]:{C}/', 'target_invalid'],
  ['http://[::ffff:7f00:1]:{C}/', 'host_not_allowed'],
  ['http://169.254.169.254/latest/meta-data/', 'host_not_allowed'],
  ['http://localhost:{C}/', 'host_not_allowed'],
  ['http://localhost.:{C}/', 'host_not_allowed'],
  ['http://LOCALHOST:{C}/', 'host_not_allowed'],
  ['http://a.localhost:{C}/', 'host_not_allowed'],
  ['http://2130706433:{C}/', 'target_invalid'],
  ['http://0x7f000001:{C}/', 'target_invalid'],
  ['http://0x7f.1:{C}/', 'target_invalid'],
  ['http://0177.0.0.1:{C}/', 'target_invalid'],
  ['http://127.1:{C}/', 'target_invalid'],
  [`http://${apiHost}:{C}/`, 'host_not_allowed'],
  [`https://${apiHost}/`, 'host_not_allowed'],
  [`http://${apiHost}.:{P}/`, 'host_not_allowed'],
  [`http://${apiHost}.evil.test:{C}/`, 'host_not_allowed'],
  [`http://evil.test:{C}/${apiHost}`, 'host_not_allowed'],
  [`http://${apiHost}:{P}@127.0.0.1:{C}/`, 'target_invalid'],
  [`http://user:pass@${apiHost}:{P}/`, 'target_invalid'],
  [`http://127.0.0.1:{C}%40${apiHost}:{P}/`, 'target_invalid'],
  [`http://127.0.0.1:{C}\\@${apiHost}:{P}/`, 'target_invalid'],
  [`http://127.0.0.1:{C}#@${apiHost}:{P}/`, 'target_invalid'],
  [`http://%6cocalhost:{C}/`, 'target_invalid'],
  ['http://127.0.0.1%2f:{C}/', 'target_invalid'],
  ['http://①②⑦.0.0.1:{C}/', 'target_invalid'],
  ['http:/127.0.0.1:{C}/', 'target_invalid'],
  ['http:127.0.0.1:{C}/', 'target_invalid'],
  ['http:///127.0.0.1:{C}/', 'target_invalid'],
  ['http:\\\\127.0.0.1:{C}/', 'target_invalid'],
  ['/127.0.0.1:{C}/', 'target_invalid'],
  ['//127.0.0.1:{C}/', 'target_invalid'],
  ['\\\\127.0.0.1:{C}\\', 'target_invalid'],
  ['..//127.0.0.1:{C}/', 'target_invalid'],
  ['user/..//127.0.0.1:{C}/', 'target_invalid'],
  ['user/%2e%2e//127.0.0.1:{C}/', 'target_invalid'],
  ['user/..%2f..%2f127.0.0.1:{C}/', 'target_invalid'],
  ['user%5c..%5c127.0.0.1:{C}/', 'target_invalid'],
  ['user%0d%0aHost:%20127.0.0.1:{C}', 'target_invalid'],
  ['user\r\nHost: 127.0.0.1:{C}', 'target_invalid'],
  ['user HTTP/1.1', 'target_invalid'],
  ['user%00', 'target_invalid'],
  ['user%zz', 'target_invalid'],
  ['user%ff', 'target_invalid'],
]

/** What a person may have entered as the host of a credential, and where an agent sends it then. */
const enteredHosts: [rule: string, url: string, code: string][] = [
  ['127.0.0.1:{C}', 'http://127.0.0.1:{C}/', 'host_not_allowed'],
  ['localhost:{C}', 'http://localhost:{C}/', 'host_not_allowed'],
  ['localhost:{C}', 'https://localhost:{C}/', 'host_not_allowed'],
  ['0.0.0.0:{C}', 'https://0.0.0.0:{C}/', 'host_not_allowed'],
  ['[::ffff:7f00:1]:{C}', 'https://[::ffff:7f00:1]:{C}/', 'host_not_allowed'],
  ['[::1]:{C}', 'https://[::1]:{C}/', 'host_not_allowed'],
  ['169.254.169.254', 'https://169.254.169.254/', 'host_not_allowed'],
  ['10.0.0.1:{C}', 'https://10.0.0.1:{C}/', 'host_not_allowed'],
  ['evil.test:{C}', 'http://evil.test:{C}/', 'host_not_allowed'],
  // These are names until they are resolved, to 127.0.0.1.
  ['evil.test:{C}', 'https://evil.test:{C}/', 'host_not_allowed'],
  ['*.evil.test:{C}', 'https://a.evil.test:{C}/', 'host_not_allowed'],
]

const redirects: [location: string, code: string][] = [
  ['http://127.0.0.1:{C}/', 'redirect_refused'],
  ['//127.0.0.1:{C}/', 'redirect_refused'],
  ['\\\\127.0.0.1:{C}/', 'redirect_refused'],
  ['http://evil.test:{C}/', 'redirect_refused'],
  [`http://${apiHost}:{C}/`, 'redirect_refused'],
  [`http://${apiHost}:{P}@127.0.0.1:{C}/`, 'redirect_refused'],
  [`http://user:pass@${apiHost}:{P}/`, 'redirect_refused'],
  ['http://2130706433:{C}/', 'redirect_refused'],
  ['http://169.254.169.254/', 'redirect_refused'],
  ['ftp://127.0.0.1:{C}/', 'redirect_refused'],
  ['http://[', 'redirect_refused'],
  ['/user//127.0.0.1', 'redirect_refused'],
]

const headers: [name: string, value: string][] = [
  ['x-note', 'a\r\nAuthorization: Bearer other'],
  ['x-note', 'a\nHost: 127.0.0.1'],
  ['x-note', 'a\0'],
  ['x-note\r\nhost', '127.0.0.1'],
  ['x note', 'a'],
  ['x-note:', 'a'],
  ['x-http-method-override', 'DELETE'],
]

describe('a credential is never sent elsewhere', () => {
  it('and the canary would hear of it, if it were', async () => {
    const port = canary.port
    house.providers.set('canary', { ...providerAt(port), id: 'canary' })
    house.credentials.put({ provider: 'canary', secret: { type: 'oauth2', accessToken: token } })
    expect((await house.send({ provider: 'canary' })).status).toBe(200)
    expect(canary.seen.splice(0)).toMatchObject([{ headers: { authorization: `Bearer ${token}` } }])
  })

  it.each(otherTargets)('by the path %j', async (path, code) => {
    expect(await refusalOf(house.send({ path: filled(path) }))).toBe(code)
  })

  it.each(enteredHosts)('with the rule %j, to %j', async (rule, url, code) => {
    const headers = { authorization: `Bearer ${token}` }
    house.credentials.put({ provider: 'http', host: filled(rule), secret: { type: 'host_scoped', headers } })
    expect(await refusalOf(house.send({ provider: 'http', path: filled(url) }))).toBe(code)
  })

  it.each(redirects)('by a redirect to %j', async (location, code) => {
    house.server.answer = (_, reply) => void reply.writeHead(302, { location: filled(location) }).end()
    expect(await refusalOf(house.send({}))).toBe(code)
  })

  it.each(headers)('by a header %j: %j', async (name, value) => {
    expect(await refusalOf(house.send({ headers: { [name]: value } }))).toBe('request_header_invalid')
  })

  const leftOut = ['host', 'authorization', 'cookie', 'proxy-authorization', 'x-forwarded-host', 'forwarded']
  it.each(leftOut)('by the header %s, which does not go on', async (name) => {
    house.server.seen.length = 0
    await house.send({ headers: { [name]: `127.0.0.1:${canary.port}` } })
    const [seen] = house.server.seen
    expect(Object.values(seen?.headers ?? {}).join()).not.toContain(String(canary.port))
    expect(seen?.headers).toMatchObject({ authorization: `Bearer ${token}`, host: filled(`${apiHost}:{P}`) })
  })

  it.each([[['127.0.0.1']], [['8.8.8.8', '127.0.0.1']], [['::ffff:127.0.0.1']], [['fd00::1']], [[]]])(
    'when its name leads to %j, at first or after it led elsewhere',
    async (addresses) => {
      house.providers.set('named', { ...providerAt(canary.port), id: 'named', api_hosts: ['rebound.test'] })
      house.credentials.put({ provider: 'named', secret: { type: 'oauth2', accessToken: token } })
      house.resolver.addresses = () => addresses
      house.resolver.calls.length = 0
      const sending = house.send({ provider: 'named', path: 'https://rebound.test/' })
      expect(await refusalOf(sending)).toBe('host_not_allowed')
      // What was checked is what is connected to: the name is not asked for again.
      expect(house.resolver.calls).toEqual(['rebound.test'])
    },
  )

  it('for a host that was learned when the account was connected, outside those of the provider', async () => {
    const base = { ...providerAt(canary.port), id: 'learned', api_base: 'http://{api_base}/' }
    house.providers.set('learned', { ...base, api_hosts: ['*.provider.test'] })
    const learned = { api_base: `http://evil.test:${canary.port}` }
    house.credentials.put({ provider: 'learned', learned, secret: { type: 'oauth2', accessToken: token } })
    expect(await refusalOf(house.send({ provider: 'learned' }))).toBe('host_not_allowed')
  })

  it('in any of these cases, and each is in the record', async () => {
    expect(canary.seen).toEqual([])
    const refused = (await house.entries()).filter(({ action }) => action === 'credential.use_refused')
    expect(refused.length).toBeGreaterThan(40)
    expect(JSON.stringify(refused)).not.toContain(token)
  })
})
