import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCheckHouse, type CheckHouse } from './testing/check-house.ts'

let house: CheckHouse
beforeAll(async () => {
  house = await openCheckHouse()
})
afterAll(() => house.stop())

/** By a client that others wrote. */
async function introspect(token: string, authentication?: oauth.ClientAuth) {
  const server = { issuer: house.origin, introspection_endpoint: `${house.origin}/oauth/introspect` }
  const client = { client_id: 'documents service' }
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- it stands out here: the server is this machine's.
  const options = { [oauth.allowInsecureRequests]: true }
  const auth = authentication ?? oauth.ClientSecretBasic(house.asker)
  const response = await oauth.introspectionRequest(server, client, auth, token, options)
  expect(response.headers.get('cache-control')).toBe('no-store')
  return oauth.processIntrospectionResponse(server, client, response)
}
const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${house.origin}/oauth/introspect`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
  })
const bearer = () => ({ authorization: `Bearer ${house.asker}` })

describe('a resource server', () => {
  it('learns of an active token what RFC 7662 names, and whose it is here', async () => {
    const { id, secret } = await house.issue({
      permissions: ['documents:read', 'CHAT'],
      expiresAt: new Date('2099-01-01T00:00:00Z'),
      metadata: { plan: 'pro' },
    })
    const expected = {
      active: true,
      scope: 'documents:read CHAT',
      client_id: id,
      username: 'Root',
      token_type: 'Bearer',
      exp: Date.UTC(2099, 0, 1) / 1000,
      sub: house.admin.userId,
      iss: 'http://127.0.0.1:8080',
      token_id: id,
      token_name: 'Backup',
      workspace_id: house.admin.workspaceId,
      agent_id: null,
      type: 'agent',
      environment: 'live',
      metadata: { plan: 'pro' },
    }
    expect(await introspect(secret)).toEqual(expected)
    const asBearer: oauth.ClientAuth = (_server, _client, _body, headers) =>
      headers.set('authorization', `Bearer ${house.asker}`)
    expect(await introspect(secret, asBearer)).toEqual(expected)
    expect(await introspect(secret, oauth.ClientSecretBasic(secret))).toEqual(expected)
  })

  it('learns nothing of any other', async () => {
    const gone = await house.issue()
    await house.gateway.tokens.revoke(house.admin, gone.id)
    const kept = await house.issue({ addresses: ['203.0.113.0/24'] })
    for (const secret of [gone.secret, kept.secret, 'pt_live_nonsense'])
      expect(await introspect(secret)).toEqual({ active: false })
    const answer = await post(`token=${kept.secret}&address=203.0.113.9`, bearer())
    expect(await answer.json()).toMatchObject({ active: true })
  })

  it('is told that it may not ask', async () => {
    const { secret } = await house.issue()
    await expect(introspect(secret, oauth.ClientSecretBasic('pt_live_nonsense'))).rejects.toThrow(
      oauth.WWWAuthenticateChallengeError,
    )
    const other = await house.issue()
    const answer = await post(`token=${secret}`, { 'x-api-key': other.secret })
    expect([answer.status, await answer.json()]).toMatchObject([403, { permission: 'VERIFY_TOKENS' }])
    const nobody = await post(`token=${secret}`)
    expect(nobody.status).toBe(401)
    expect(nobody.headers.get('www-authenticate')).toContain('Basic realm="portico"')
  })

  it.each([
    ['', 400],
    ['token=', 400],
    ['token=a&token=b', 400],
    ['token=a&address=here', 400],
    ['token=pt_live_a&token_type_hint=refresh_token&unknown=1', 200],
  ])('that sends %j is answered %i', async (body, status) => {
    const answer = await post(body, bearer())
    expect(answer.status).toBe(status)
    if (status === 400) expect(await answer.json()).toMatchObject({ error: 'invalid_request' })
  })

  it('sends a form and not JSON', async () => {
    const answer = await post('{"token":"x"}', { ...bearer(), 'content-type': 'application/json' })
    expect(answer.status).toBe(415)
  })
})
