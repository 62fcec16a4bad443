import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { tellComment } from './testing/payloads.ts'
import { setGithubStage } from './testing/stage.ts'

type Stage = Awaited<ReturnType<typeof setGithubStage>>

function write(stage: Stage, text: string): void {
  const { world, issue, ada, app } = stage
  tellComment(world, issue, world.addComment(issue.comments, ada, `@${app.slug} ${text}`))
}

/** Receives until the condition holds. */
async function receiveUntil(stage: Stage, inbox: MemoryInbox, holds: (inbox: MemoryInbox) => boolean) {
  const stop = new AbortController()
  const receiving = stage.channel.receive(inbox, stop.signal)
  await Promise.race([inbox.until(holds), receiving])
  stop.abort()
  await receiving
}

const started = ({ signsOfLife }: MemoryInbox) => signsOfLife > 1

it('not when nobody was there: GitHub is asked for it at the next start', async () => {
  await using stage = await setGithubStage()
  const inbox = new MemoryInbox(undefined, stage.memory)
  await receiveUntil(stage, inbox, started)
  write(stage, 'missed one')
  write(stage, 'missed two')
  await stage.app.hook.settled()
  await using _ = await stage.listen(inbox)
  await receiveUntil(stage, inbox, ({ messages }) => messages.length === 2)
  expect(inbox.messages.map(({ text }) => text)).toEqual(['missed one', 'missed two'])
})

it('not while it receives: it looks again every few minutes', async () => {
  let now = Date.now()
  await using stage = await setGithubStage({
    now: () => now,
    async sleep(_, signal) {
      now += 60_000
      await wait(1, undefined, { signal })
    },
  })
  stage.app.hook.url = 'http://127.0.0.1:1/'
  const inbox = new MemoryInbox(undefined, stage.memory)
  const stop = new AbortController()
  const receiving = stage.channel.receive(inbox, stop.signal)
  await inbox.until(started)
  write(stage, 'missed')
  await stage.app.hook.settled()
  await using _ = await stage.listen(inbox)
  await inbox.until(({ messages }) => messages.length > 0)
  stop.abort()
  await receiving
  expect(inbox.messages[0]?.text).toBe('missed')
})

it('but what was before the first start is left alone, and what arrived is not asked for', async () => {
  await using stage = await setGithubStage()
  write(stage, 'before')
  await stage.app.hook.settled()
  const inbox = new MemoryInbox(undefined, stage.memory)
  await using _ = await stage.listen(inbox)
  await receiveUntil(stage, inbox, started)
  write(stage, 'arrives')
  await inbox.until(({ messages }) => messages.length > 0)
  await stage.app.hook.settled()
  const { signsOfLife } = inbox
  await receiveUntil(stage, inbox, (now) => now.signsOfLife > signsOfLife)
  expect(inbox.messages.map(({ text }) => text)).toEqual(['arrives'])
  expect(stage.simulator.calls.filter((call) => call.endsWith('/attempts'))).toEqual([])
})

it('and not for ever, when it fails each time', async () => {
  await using stage = await setGithubStage()
  const inbox = new MemoryInbox(undefined, stage.memory)
  await receiveUntil(stage, inbox, started)
  write(stage, 'never arrives')
  for (let start = 0; start < 15; start += 1) {
    await stage.app.hook.settled()
    const { signsOfLife } = inbox
    await receiveUntil(stage, inbox, (now) => now.signsOfLife > signsOfLife)
  }
  const asked = stage.simulator.calls.filter((call) => call.endsWith('/attempts'))
  expect(asked).toHaveLength(12)
  expect(inbox.cursor).toMatchObject({ tries: {} })
})

it('also behind more than one page of others', async () => {
  await using stage = await setGithubStage()
  const inbox = new MemoryInbox(undefined, stage.memory)
  await receiveUntil(stage, inbox, started)
  write(stage, 'long ago')
  await stage.app.hook.settled()
  await using _ = await stage.listen(inbox)
  for (let count = 0; count < 230; count += 1) stage.app.hook.send('push', { ref: 'refs/heads/main' })
  await stage.app.hook.settled()
  await receiveUntil(stage, inbox, ({ messages }) => messages.length > 0)
  expect(inbox.messages[0]?.text).toBe('long ago')
})
