import { describe, expect, it } from 'vitest'
import { realDependencies } from '../testing/channel-contract.ts'
import { PlainMemory } from '../testing/plain-memory.ts'
import { linear } from './linear.ts'
import { setLinearStage } from './testing/stage.ts'

const message = { text: 'x', plain: 'x' }
const to = { chatId: '1b8e4f2d-4b8c-4a3d-9f4b-a4a0d5c96006', kind: 'group' } as const

describe('the token', () => {
  it('is fetched once, renewed before it ends, and renewed when it is refused', async () => {
    let now = Date.now()
    await using stage = await setLinearStage({ now: () => now })
    const fetched = () => stage.simulator.calls.filter((call) => call === 'token').length
    await stage.channel.send(stage.to, message, 'a')
    await stage.channel.send(stage.to, message, 'b')
    expect(fetched()).toBe(1)
    stage.app.tokens.clear()
    await stage.channel.send(stage.to, message, 'c')
    expect(fetched()).toBe(2)
    now += 30 * 86_400_000
    await stage.channel.send(stage.to, message, 'd')
    expect(fetched()).toBe(3)
    expect(stage.said()).toHaveLength(4)
  })

  it('that was given is used as it is', async () => {
    await using stage = await setLinearStage()
    stage.app.tokens.add('lin_oauth_given')
    const settings = { access_token: 'lin_oauth_given', webhook_secret: 's', api_root: stage.simulator.url }
    expect(await linear.validate(settings, realDependencies)).toEqual({
      id: stage.app.id,
      name: 'Portico',
      username: 'portico-1',
    })
    stage.app.tokens.clear()
    await expect(linear.validate(settings, realDependencies)).rejects.toMatchObject({
      kind: 'bad_credentials',
    })
    expect(stage.simulator.calls).not.toContain('token')
  })
})

describe('settings', () => {
  const good = { client_id: 'a', client_secret: 'b', webhook_secret: 's', api_root: 'http://127.0.0.1:1' }
  it.each<[string, object]>([
    ['no secret of the webhook', { webhook_secret: '' }],
    ['half of the credentials', { client_secret: undefined }],
    ['a line break in a token', { client_id: undefined, access_token: 'a\r\nx-evil: 1' }],
    ['an address of another kind', { api_root: 'file:///etc' }],
  ])('with %s are bad credentials', async (_, over) => {
    const validating = linear.validate({ ...good, ...over }, realDependencies)
    await expect(validating).rejects.toMatchObject({ kind: 'bad_credentials' })
  })
})

describe('a refusal', () => {
  const answering = (status: number, extensions: object, headers: Record<string, string> = {}, text = 'no') =>
    linear.create(
      { id: 'bot_1', settings: { access_token: 't', webhook_secret: 's' }, memory: new PlainMemory() },
      {
        ...realDependencies,
        now: () => 1_800_000_000_000,
        fetch: async () =>
          new Response(JSON.stringify({ errors: [{ message: text, extensions }] }), { status, headers }),
      },
    )
  const reset = (budget: string) => ({
    [`x-ratelimit-${budget}-remaining`]: '0',
    [`x-ratelimit-${budget}-reset`]: '1800000090000',
  })

  it.each<[string, number, object, Record<string, string>, string, number | undefined]>([
    [
      'with a time',
      400,
      { code: 'RATELIMITED', type: 'ratelimited' },
      { 'retry-after': '35' },
      'rate_limited',
      35_000,
    ],
    ['of requests', 400, { code: 'RATELIMITED' }, reset('requests'), 'rate_limited', 90_000],
    ['of complexity', 200, { type: 'ratelimited' }, reset('complexity'), 'rate_limited', 90_000],
    ['without a time', 429, {}, {}, 'rate_limited', 60_000],
    ['of the credentials', 401, { type: 'authentication error' }, {}, 'bad_credentials', undefined],
    ['of the right to do it', 200, { type: 'forbidden' }, {}, 'gone', undefined],
    ['of what it says', 400, { type: 'user error' }, {}, 'invalid', undefined],
    ['for trouble of its own', 500, { type: 'internal error' }, {}, 'transient', undefined],
    ['for a lock', 200, { type: 'lock timeout' }, {}, 'transient', undefined],
    ['with the name of an inherited member', 200, { type: 'constructor' }, {}, 'transient', undefined],
  ])('%s', async (_, status, extensions, headers, kind, retryAfterMs) => {
    const sending = answering(status, extensions, headers).send(to, message, 'key')
    await expect(sending).rejects.toMatchObject({ platform: 'linear', kind, retryAfterMs })
  })

  it('of a session that was deleted', async () => {
    const sending = answering(200, { type: 'invalid input' }, {}, 'Entity not found: AgentSession')
    await expect(sending.send(to, message, 'key')).rejects.toMatchObject({ kind: 'gone' })
  })

  it('by the page of a proxy passes', async () => {
    const page = linear.create(
      { id: 'bot_1', settings: { access_token: 't', webhook_secret: 's' }, memory: new PlainMemory() },
      { ...realDependencies, fetch: async () => new Response('<html>', { status: 502 }) },
    )
    await expect(page.send(to, message, 'key')).rejects.toMatchObject({ kind: 'transient' })
  })
})
