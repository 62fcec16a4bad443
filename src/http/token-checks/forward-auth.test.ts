import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCheckHouse, type CheckHouse } from './testing/check-house.ts'

let house: CheckHouse
let secret: string
let id: string
beforeAll(async () => {
  house = await openCheckHouse()
  const made = await house.issue({ permissions: ['documents:*', 'CHAT'] })
  secret = made.secret
  id = made.id
})
afterAll(() => house.stop())

async function ask(query: string, headers: Record<string, string>, method = 'GET') {
  const answer = await fetch(`${house.origin}/forward-auth${query}`, { method, headers })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text }
}
const bearer = () => ({ authorization: `Bearer ${secret}` })

describe('a proxy is told', () => {
  it.each(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'])(
    'who calls, by %s',
    async (method) => {
      const answer = await ask('?type=agent&permission=documents:read&permission=CHAT', bearer(), method)
      expect([answer.status, answer.text]).toEqual([200, ''])
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'x-portico-token-id': id,
        'x-portico-user-id': house.admin.userId,
        'x-portico-workspace-id': house.admin.workspaceId,
        'x-portico-agent-id': '',
        'x-portico-permissions': 'documents:* CHAT',
        'x-portico-token-type': 'agent',
        'cache-control': 'no-store',
      })
    },
  )

  const missing = "Authorization header must be provided and start with 'Bearer'"
  const unknown = 'Access token is invalid'
  it.each([
    ['no credential', {}, missing],
    ['a scheme alone', { authorization: 'Bearer' }, missing],
    ['another scheme', { authorization: 'Basic eDp5' }, missing],
    ['a token without a scheme', { authorization: 'pt_live_x' }, missing],
    ['a token of nobody', { authorization: 'Bearer pt_live_x' }, unknown],
    ['two tokens', { authorization: 'Bearer pt_live_x pt_live_y' }, unknown],
    ['an empty key', { 'x-api-key': '' }, unknown],
    ['a wrong token beside a key', { authorization: 'Bearer nonsense', 'x-api-key': 'SECRET' }, unknown],
  ])('401 in the kept words for %s', async (_, headers, detail) => {
    const sent = Object.entries(headers).map(
      ([name, value]) => [name, value.replace('SECRET', secret)] as const,
    )
    const answer = await ask('', Object.fromEntries<string>(sent))
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([401, { detail }])
    const challenge = detail === missing ? 'Bearer realm="portico"' : 'Bearer error="invalid_token"'
    expect(answer.headers.get('www-authenticate')).toBe(challenge)
  })

  it('the same of a scheme in any case and of any white space', async () => {
    for (const scheme of ['bearer ', 'BEARER   ', 'Bearer\t', 'bEaReR \t '])
      expect((await ask('', { authorization: `${scheme}${secret}` })).status, scheme).toBe(200)
    expect((await ask('', { 'x-api-key': secret })).status).toBe(200)
  })

  it('403 with what is missing', async () => {
    const answer = await ask('?permission=documents:read&permission=bills:pay', bearer())
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([
      403,
      {
        code: 'permission_missing',
        reason: 'INSUFFICIENT_PERMISSIONS',
        permission: 'documents:read bills:pay',
      },
    ])
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_scope", scope="documents:read bills:pay"',
    )
    expect(JSON.parse((await ask('?type=dataset', bearer())).text)).toMatchObject({
      code: 'token_type_wrong',
    })
  })

  it('401 with the reason for a token that no longer counts', async () => {
    const gone = await house.issue()
    await house.gateway.tokens.revoke(house.admin, gone.id)
    const answer = await ask('', { 'x-api-key': gone.secret })
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([
      401,
      { code: 'credential_invalid', reason: 'REVOKED', detail: 'Access token is invalid' },
    ])
  })

  it.each(['?permissions=x', '?type=a&type=b', '?permission=', '?agent=a&agent=a'])(
    'that its question %s is not one, before anybody is let in',
    async (query) => {
      const answer = await ask(query, bearer())
      expect([answer.status, JSON.parse(answer.text)]).toMatchObject([422, { code: 'validation_failed' }])
    },
  )
})

describe('a header is never made of what a client or a name holds', () => {
  it('but of a form that no header minds', async () => {
    const agent = 'a\r\nx-portico-user-id: root\u00e9%'
    await house.gateway.database.db
      .updateTable('api_tokens')
      .set({ agent })
      .where('id', '=', (await house.issue()).id)
      .execute()
    const made = await house.issue()
    const { db } = house.gateway.database
    await db.updateTable('api_tokens').set({ agent }).where('id', '=', made.id).execute()
    await house.gateway.tokens.receipt()
    const answer = await ask('', { 'x-api-key': made.secret })
    expect(answer.headers.get('x-portico-agent-id')).toBe('a%0D%0Ax-portico-user-id: root%C3%A9%25')
    expect(answer.headers.get('x-portico-user-id')).toBe(house.admin.userId)
  })

  it('and never of the question', async () => {
    const answer = await ask('?permission=x%0d%0aset-cookie:%20a%3Db%22', bearer())
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
      403,
      'Bearer error="insufficient_scope"',
    ])
    expect(answer.headers.get('set-cookie')).toBeNull()
  })
})

describe('a token that is kept to an agent', () => {
  it('is refused for another one', async () => {
    const made = await house.issue()
    const { db } = house.gateway.database
    await db.updateTable('api_tokens').set({ agent: 'helper' }).where('id', '=', made.id).execute()
    await house.gateway.tokens.receipt()
    const key = { 'x-api-key': made.secret }
    const helper = await ask('?agent=helper', key)
    expect([helper.status, helper.headers.get('x-portico-agent-id')]).toEqual([200, 'helper'])
    expect(JSON.parse((await ask('?agent=writer', key)).text)).toMatchObject({ reason: 'WRONG_AGENT' })
    expect((await ask('?agent=writer', bearer())).status).toBe(200)
  })
})
