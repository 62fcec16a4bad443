import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signUp, startGateway, type TestGateway, type Visitor } from '../testing/gateway.ts'

interface KeyAnswer {
  id: string
  key?: string
  platforms: string[]
  secrets: { last_four: string; expires_at: string | null }[]
  revoked_at: string | null
}

let gateway: TestGateway
let admin: Visitor
let user: Visitor
beforeAll(async () => {
  gateway = await startGateway({ signUp: 'open' })
  admin = await signUp(gateway.app, { name: 'Ada', email: 'ada@example.org' })
  user = await signUp(gateway.app, { name: 'Bob', email: 'bob@example.org' })
})
afterAll(() => gateway.stop())

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
const ask = (method: Method, path = '', payload?: object, who: Visitor = admin) =>
  gateway.app.inject({
    method,
    url: `/api/bot-keys${path}`,
    headers: who.headers,
    ...(payload && { payload }),
  })
const create = async (body: object = {}) => {
  const answer = await ask('POST', '', { name: 'Helper', ...body })
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json<KeyAnswer & { key: string }>()
}

describe('/api/bot-keys', () => {
  it('shows a secret once, and afterwards its last four characters', async () => {
    const { key, id } = await create({ platforms: ['DISCORD', 'SLACK'] })
    const list = await ask('GET')
    expect(list.body).not.toContain(key)
    const listed = list.json<{ bot_keys: KeyAnswer[] }>().bot_keys.find((one) => one.id === id)
    expect(listed).toMatchObject({
      platforms: ['DISCORD', 'SLACK'],
      secrets: [{ last_four: key.slice(-4), expires_at: null }],
      revoked_at: null,
    })
    expect((await ask('PATCH', `/${id}`, { name: 'Other' })).body).not.toContain(key)
  })

  it('rotates with an hour of overlap unless told otherwise', async () => {
    const { id } = await create()
    const rotated = (await ask('POST', `/${id}/rotate`, {})).json<KeyAnswer & { key: string }>()
    expect(rotated.secrets).toHaveLength(2)
    const [newest, older] = rotated.secrets
    expect(newest).toEqual({ ...newest, last_four: rotated.key.slice(-4), expires_at: null })
    expect(older?.expires_at).not.toBeNull()
    const hard = (await ask('POST', `/${id}/rotate`, { overlap_s: 0 })).json<KeyAnswer>()
    expect(hard.secrets).toHaveLength(1)
  })

  it('revokes, a second time without effect, and keeps the key in the list', async () => {
    const { id } = await create()
    expect((await ask('DELETE', `/${id}`)).statusCode).toBe(204)
    expect((await ask('DELETE', `/${id}`)).statusCode).toBe(204)
    const { bot_keys } = (await ask('GET')).json<{ bot_keys: KeyAnswer[] }>()
    const listed = bot_keys.find((one) => one.id === id)
    expect(listed?.revoked_at).not.toBeNull()
    expect(listed?.secrets).toEqual([])
  })

  it.each<[Method, string, object | undefined, number]>([
    ['POST', '', { name: '' }, 422],
    ['POST', '', { name: 'x', secret: 'mine' }, 422],
    ['POST', '', { name: 'x', platforms: ['discord'] }, 422],
    ['POST', '', { name: 'x', platforms: ['FAX'] }, 404],
    ['POST', '', { name: 'x', agent: 'nobody' }, 404],
    ['PATCH', '/bky_none', { name: 'x' }, 404],
    ['POST', '/bky_none/rotate', {}, 404],
    ['POST', '/bky_none/rotate', { overlap_s: 2_592_001 }, 422],
    ['DELETE', '/bky_none', undefined, 404],
  ])('%s %s %j is %i', async (method, path, body, status) => {
    expect((await ask(method, path, body)).statusCode).toBe(status)
  })

  it('is for administrators', async () => {
    const { id } = await create()
    const answers = [
      await ask('GET', '', undefined, user),
      await ask('POST', '', { name: 'x' }, user),
      await ask('PATCH', `/${id}`, { name: 'x' }, user),
      await ask('POST', `/${id}/rotate`, {}, user),
      await ask('DELETE', `/${id}`, undefined, user),
    ]
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403, 403, 403])
  })
})
