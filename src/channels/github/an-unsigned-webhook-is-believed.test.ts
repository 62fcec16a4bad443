import { randomUUID } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { tellComment } from './testing/payloads.ts'
import { headersOf, signatureOf } from './testing/hook.ts'
import { setGithubStage } from './testing/stage.ts'
import created from './testing/payloads/issue_comment.created.json' with { type: 'json' }

const body = JSON.stringify(created)

/** A request to the webhook of the stage's app, signed as told. */
async function judge(options: {
  body?: string
  signature?: (right: string) => string | undefined
  headers?: Record<string, string | undefined>
}) {
  await using stage = await setGithubStage()
  const sent = options.body ?? body
  const right = signatureOf(body, stage.app.hook.secret)
  const signature =
    options.signature === undefined ? signatureOf(sent, stage.app.hook.secret) : options.signature(right)
  const headers: Record<string, string | undefined> = {
    ...headersOf({ appId: 1, guid: randomUUID(), event: 'issue_comment', signature: signature ?? '' }),
    ...options.headers,
  }
  if (signature === undefined) delete headers['x-hub-signature-256']
  const parse = vi.spyOn(JSON, 'parse')
  const verdict = await stage.channel.judgeWebhook({
    method: 'POST',
    headers,
    query: {},
    body: Buffer.from(sent),
  })
  const parsed = parse.mock.calls.length
  parse.mockRestore()
  return { verdict, parsed, calls: stage.simulator.calls }
}

describe('a request that does not prove to be of GitHub', () => {
  it.each<[string, Parameters<typeof judge>[0]]>([
    ['no signature', { signature: () => undefined }],
    ['an empty signature', { signature: () => '' }],
    ['no algorithm', { signature: (right) => right.replace('sha256=', '') }],
    ['the older algorithm', { signature: (right) => right.replace('sha256=', 'sha1=') }],
    ['a signature cut short', { signature: (right) => right.slice(0, -2) }],
    ['a signature that goes on', { signature: (right) => `${right}00` }],
    ['the signature by another secret', { signature: () => signatureOf(body, 'guessed') }],
    ['the signature by an empty secret', { signature: () => signatureOf(body, '') }],
    [
      'the signature over another body',
      { body: body.replace('what could it be', 'delete it all'), signature: (right) => right },
    ],
    ['one byte more', { body: `${body} `, signature: (right) => right }],
    ['no body', { body: '', signature: (right) => right }],
  ])('is refused with %s, and nothing of it is read', async (_, request) => {
    const { verdict, parsed, calls } = await judge(request)
    expect(verdict).toMatchObject({ kind: 'refused', status: 401 })
    expect([parsed, calls]).toEqual([0, []])
  })

  it.each<[string, Record<string, string | undefined>]>([
    ['no event', { 'x-github-event': undefined }],
    ['an event that is none', { 'x-github-event': '../issues' }],
    ['no delivery', { 'x-github-delivery': undefined }],
    ['a delivery that is none', { 'x-github-delivery': 'a b' }],
  ])('is refused as malformed with %s', async (_, headers) => {
    expect((await judge({ headers })).verdict).toMatchObject({ kind: 'refused', status: 400 })
  })

  it('is refused as GET', async () => {
    await using stage = await setGithubStage()
    const request = { method: 'GET', headers: {}, query: {}, body: new Uint8Array() } as const
    expect(await stage.channel.judgeWebhook(request)).toMatchObject({ kind: 'refused', status: 401 })
  })
})

describe('a request that GitHub signed', () => {
  it.each(['{ not json', '', '[]', 'null', '"text"', 'payload=%7B%7D'])(
    'is kept when it says %j',
    async (sent) => {
      const { verdict } = await judge({ body: sent })
      expect(verdict).toMatchObject({ kind: 'accept', batch: { messages: [], malformed: [{ raw: sent }] } })
    },
  )

  it('asks once, however often and under whatever id it is played back', async () => {
    await using stage = await setGithubStage()
    await using listening = await stage.listen()
    const { world, issue, ada, app } = stage
    tellComment(world, issue, world.addComment(issue.comments, ada, `@${app.slug} hello`))
    app.hook.duplicate()
    app.hook.duplicate()
    await app.hook.settled()
    const { messages } = listening.inbox
    expect(messages).toHaveLength(3)
    expect(new Set(messages.map(({ key }) => key)).size).toBe(1)
  })
})
