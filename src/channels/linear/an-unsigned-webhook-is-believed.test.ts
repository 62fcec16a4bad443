import { randomUUID } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { write } from './testing/events.ts'
import { headersOf, signatureOf } from './testing/hook.ts'
import { setLinearStage } from './testing/stage.ts'
import created from './testing/payloads/AgentSessionEvent.created.json' with { type: 'json' }

const now = 1_795_253_400_000
const body = JSON.stringify(created)

/** A request to the webhook of the stage's app, signed as told. */
async function judge(options: { body?: string; signature?: (right: string) => string | undefined }) {
  await using stage = await setLinearStage({ now: () => now })
  const sent = options.body ?? body
  const { secret } = stage.app.hook
  const signature = options.signature
    ? options.signature(signatureOf(body, secret))
    : signatureOf(sent, secret)
  const headers: Record<string, string | undefined> = headersOf({
    id: randomUUID(),
    event: 'AgentSessionEvent',
    signature: signature ?? '',
  })
  if (signature === undefined) delete headers['linear-signature']
  const parse = vi.spyOn(JSON, 'parse')
  const request = { method: 'POST', headers, query: {}, body: Buffer.from(sent) } as const
  const verdict = await stage.channel.judgeWebhook(request)
  const parsed = parse.mock.calls.length
  parse.mockRestore()
  return { verdict, parsed, calls: stage.simulator.calls }
}

describe('a request that does not prove to be of Linear', () => {
  it.each<[string, Parameters<typeof judge>[0]]>([
    ['no signature', { signature: () => undefined }],
    ['an empty signature', { signature: () => '' }],
    ['a signature cut short', { signature: (right) => right.slice(0, -2) }],
    ['a signature that goes on', { signature: (right) => `${right}00` }],
    ['the signature by another secret', { signature: () => signatureOf(body, 'guessed') }],
    ['the signature by an empty secret', { signature: () => signatureOf(body, '') }],
    [
      'the signature over another body',
      { body: body.replace('what could', 'delete'), signature: (right) => right },
    ],
    ['one byte more', { body: `${body} `, signature: (right) => right }],
    ['no body', { body: '', signature: (right) => right }],
  ])('is refused with %s, and nothing of it is read', async (_, request) => {
    const { verdict, parsed, calls } = await judge(request)
    expect(verdict).toMatchObject({ kind: 'refused', status: 401 })
    expect([parsed, calls]).toEqual([0, []])
  })
})

describe('a request that Linear signed', () => {
  const at = (webhookTimestamp: unknown) => JSON.stringify({ ...created, webhookTimestamp })
  it.each<[string, string]>([
    ['is a minute old', at(now - 60_001)],
    ['is a day old', at(now - 86_400_000)],
    ['is of the future', at(now + 60_001)],
    ['has no time', at(undefined)],
    ['has its time as text', at(String(now))],
    ['has no number for its time', at(null)],
  ])('is refused when it %s', async (_, sent) => {
    const { verdict, calls } = await judge({ body: sent })
    expect(verdict).toMatchObject({ kind: 'refused', status: 401 })
    expect(calls).toEqual([])
  })

  it.each(['{ not json', '', '[]', 'null', '"text"'])('is kept when it says %j', async (sent) => {
    const { verdict } = await judge({ body: sent })
    expect(verdict).toMatchObject({ kind: 'accept', batch: { messages: [], malformed: [{ raw: sent }] } })
  })

  it('of another workspace or for another app asks nothing', async () => {
    // The stage's app and workspace have ids of their own, so the sample is none of theirs.
    expect((await judge({})).verdict).toEqual({ kind: 'accept', batch: { messages: [] } })
  })

  it('asks once, however often it is played back within the minute', async () => {
    await using stage = await setLinearStage()
    await using listening = await stage.listen()
    write(stage.world, stage.session, stage.ada, 'hello')
    write(stage.world, stage.session, stage.ada, 'again')
    stage.app.hook.duplicate()
    stage.app.hook.duplicate()
    await stage.app.hook.settled()
    const { messages } = listening.inbox
    expect(messages.map(({ text }) => text)).toEqual(['hello', 'again', 'again', 'again'])
    expect(new Set(messages.map(({ key }) => key)).size).toBe(2)
  })
})
