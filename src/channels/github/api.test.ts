import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { PlatformError } from '../../lib/errors.ts'
import { realDependencies } from '../testing/channel-contract.ts'
import { PlainMemory } from '../testing/plain-memory.ts'
import { github } from './github.ts'
import { keyOf } from './testing/keys.ts'
import { setGithubStage } from './testing/stage.ts'

const message = { text: 'x', plain: 'x' }

describe('tokens of an installation', () => {
  it('are fetched once, renewed when they end, and renewed when they are refused', async () => {
    let now = Date.now()
    await using stage = await setGithubStage({ now: () => now })
    const { channel, to, simulator, app } = stage
    const fetched = () => simulator.calls.filter((call) => call.endsWith('/access_tokens')).length
    await Promise.all(['a', 'b', 'c'].map((key) => channel.send(to, message, key)))
    await channel.send(to, message, 'd')
    expect(fetched()).toBeLessThanOrEqual(3)
    const before = fetched()
    app.tokens.clear()
    await channel.send(to, message, 'e')
    expect(fetched()).toBe(before + 1)
    now += 56 * 60_000
    await channel.send(to, message, 'f')
    expect(fetched()).toBe(before + 2)
    expect(stage.issue.comments).toHaveLength(6)
  })

  it('are those of the installation that the webhook named, or the one that GitHub names', async () => {
    await using stage = await setGithubStage()
    const { channel, to, simulator } = stage
    await channel.send(to, message, 'a')
    await channel.send(to, message, 'b')
    expect(simulator.calls.filter((call) => call.endsWith('/installation'))).toHaveLength(1)
  })
})

describe('a refusal', () => {
  const answer = (status: number, headers: Record<string, string>, body: unknown) => {
    const reply = () => new Response(JSON.stringify(body), { status, headers })
    const token = { token: 'ghs_x', expires_at: '2999-01-01T00:00:00Z' }
    const asked: typeof fetch = async (url) => {
      const path = String(url instanceof Request ? url.url : url)
      if (path.endsWith('/access_tokens')) return new Response(JSON.stringify(token), { status: 201 })
      return path.endsWith('/installation') ? new Response('{"id":5}') : reply()
    }
    const settings = { app_id: 1, private_key: keyOf(1).pem, webhook_secret: 's' }
    return github.create(
      { id: 'bot_1', settings, memory: new PlainMemory() },
      { ...realDependencies, fetch: asked, now: () => 1_800_000_000_000 },
    )
  }
  const to = { chatId: 'a/b#1', kind: 'group' } as const

  it.each<[string, number, Record<string, string>, string, string, number | undefined]>([
    [
      'the primary limit',
      403,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1800000120' },
      'API rate limit exceeded',
      'rate_limited',
      120_000,
    ],
    ['the secondary limit', 403, { 'retry-after': '35' }, 'secondary rate limit', 'rate_limited', 35_000],
    [
      'the secondary limit without a time',
      403,
      {},
      'You have exceeded a secondary rate limit',
      'rate_limited',
      60_000,
    ],
    ['too many requests', 429, {}, 'slow down', 'rate_limited', 60_000],
    ['a locked issue', 403, {}, 'issue is locked', 'gone', undefined],
    ['a deleted issue', 410, {}, 'This issue was deleted', 'gone', undefined],
    ['an unknown repository', 404, {}, 'Not Found', 'gone', undefined],
    ['a body that it does not take', 422, {}, 'Validation Failed', 'invalid', undefined],
    ['trouble of its own', 502, {}, 'Server Error', 'transient', undefined],
  ])('%s', async (_, status, headers, text, kind, retryAfterMs) => {
    const sending = answer(status, headers, { message: text }).send(to, message, 'key')
    await expect(sending).rejects.toMatchObject({ kind, retryAfterMs, platform: 'github' })
  })

  it.each(['a/b#0', 'a/b', '#1', 'a/../c#1', '../b#1', 'a/b#1/../../user', 'a/b?x#1', 'a#1'])(
    'nothing is asked for the address %j',
    async (chatId) => {
      const channel = answer(200, {}, {})
      await expect(channel.send({ chatId, kind: 'group' }, message, 'key')).rejects.toMatchObject({
        kind: 'invalid',
      })
    },
  )
})

describe('settings', () => {
  const good = { app_id: '1', private_key: keyOf(1).pem, webhook_secret: 's', api_root: 'http://127.0.0.1:1' }
  it.each<[string, object]>([
    ['no app id', { app_id: '' }],
    ['an app id that leads elsewhere', { app_id: '../1' }],
    ['no key', { private_key: undefined }],
    ['a key cut short', { private_key: keyOf(1).pem.slice(0, 300) }],
    ['no webhook secret', { webhook_secret: '' }],
    ['an address of another kind', { api_root: 'file:///etc' }],
  ])('with %s are bad credentials, and the key is not shown', async (_, over) => {
    const error: unknown = await github
      .validate({ ...good, ...over }, realDependencies)
      .catch((e: unknown) => e)
    expect(error).toBeInstanceOf(PlatformError)
    expect(error).toMatchObject({ kind: 'bad_credentials' })
    expect(inspect(error, { depth: 20 })).not.toContain(keyOf(1).pem.slice(60, 100))
  })
})

it('marks and unmarks issues and comments of every kind', async () => {
  await using stage = await setGithubStage()
  const { world, issue, ada, channel, to } = stage
  const discussion = world.addItem('discussion', ada, 'Which door?')
  const comment = world.addComment(discussion.comments, ada, 'This one')
  for (const thing of [issue, discussion, comment]) {
    await channel.react(to, thing.nodeId, 'working')
    expect(thing.eyes.size).toBe(1)
    await channel.react(to, thing.nodeId, undefined)
    expect(thing.eyes.size).toBe(0)
  }
  await expect(channel.react(to, 'IC_none', 'working')).rejects.toMatchObject({ kind: 'gone' })
})
