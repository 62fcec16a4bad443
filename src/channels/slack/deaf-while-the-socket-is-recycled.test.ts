import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SocketEvent } from './testing/sockets.ts'
import { setStage, type Stage } from './testing/stage.ts'

let stage: Stage

beforeEach(async () => {
  stage = await setStage()
})
afterEach(() => stage.stop())

let written = 0
function write(count: number): void {
  for (let index = 0; index < count; index += 1) {
    written += 1
    stage.simulator.write(stage.direct, stage.ada, `message ${written}`)
  }
}

/** The texts of the first messages, in the order of their numbers. */
function textsUpTo(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `message ${written - count + index + 1}`)
}

/** The smallest number of open sockets between the first and the last event. */
function fewestOpen(events: readonly SocketEvent[]): number {
  const opened = events.findIndex(({ kind }) => kind === 'opened')
  let open = 0
  return Math.min(
    ...events.slice(opened).map(({ kind }) => (open += kind === 'opened' ? 1 : kind === 'closed' ? -1 : 0)),
  )
}

describe('while Slack recycles a socket', () => {
  it.each(['warning', 'refresh_requested'])('everything arrives, and once (%s)', async (reason) => {
    const { sockets } = stage.app
    write(5)
    sockets.recycle(reason)
    write(5)
    await sockets.until(({ lines }) => lines.size === 2)
    write(10)
    await stage.inbox.until(({ messages }) => messages.length >= 20)
    await sockets.until(({ events }) => events.filter(({ kind }) => kind === 'confirmed').length === 20)
    sockets.closeLeaving()
    write(5)
    await stage.inbox.until(({ messages }) => messages.length >= 25)
    await sockets.until(({ lines }) => lines.size === 1)
    await sockets.until(({ events }) => events.filter(({ kind }) => kind === 'confirmed').length === 25)

    const texts = stage.inbox.messages.map(({ text }) => text)
    expect(texts.toSorted()).toEqual(textsUpTo(25).toSorted())
    expect(new Set(stage.inbox.messages.map(({ key }) => key)).size).toBe(25)
    const happened = sockets.events.map(({ kind, line }) => `${kind} ${line}`)
    expect(happened.indexOf('opened 2')).toBeLessThan(happened.indexOf('closed 1'))
    // Never deaf: at each moment there was a socket.
    expect(fewestOpen(sockets.events)).toBe(1)
    const attempts = sockets.events.flatMap((event) => ('delivery' in event ? event.delivery.attempt : []))
    expect(Math.max(...attempts)).toBe(0)
  })

  it('goes on through many recycles', async () => {
    const { sockets } = stage.app
    for (let round = 2; round <= 6; round += 1) {
      sockets.recycle()
      write(2)
      await sockets.until(({ events }) =>
        events.some(({ kind, line }) => kind === 'opened' && line === round),
      )
      sockets.closeLeaving()
      write(2)
      await sockets.until(({ lines }) => lines.size === 1)
    }
    await stage.inbox.until(({ messages }) => new Set(messages.map(({ key }) => key)).size === 20)
    expect(fewestOpen(sockets.events)).toBe(1)
  })

  it('tries again while the old socket still works', async () => {
    const { sockets } = stage.app
    stage.simulator.faults.add({ kind: 'rate_limit', retryAfter: 1 }, 'apps.connections.open')
    sockets.recycle('warning')
    write(3)
    await sockets.until(({ lines }) => lines.size === 2)
    write(3)
    await stage.inbox.until(({ messages }) => messages.length >= 6)
    expect(stage.inbox.messages.map(({ text }) => text).toSorted()).toEqual(textsUpTo(6).toSorted())
    expect(fewestOpen(sockets.events)).toBe(1)
  })

  it('loses nothing when Slack closes the old socket at once', async () => {
    const { sockets } = stage.app
    sockets.recycle()
    sockets.closeLeaving()
    write(5)
    await stage.inbox.until(({ messages }) => messages.length >= 5)
    expect(new Set(stage.inbox.messages.map(({ text }) => text))).toEqual(new Set(textsUpTo(5)))
  })

  it('says that there are too many sockets', async () => {
    stage.app.sockets.refusal = 'too_many_websockets'
    stage.app.sockets.break()
    await stage.ended
    const stop = new AbortController()
    const again = stage.channel.receive(stage.inbox, stop.signal)
    await expect(again).rejects.toMatchObject({ kind: 'conflict', code: 'too_many_websockets' })
  })

  it('says that Socket Mode was switched off, and does not try again', async () => {
    stage.app.sockets.recycle('link_disabled')
    expect(await stage.ended).toMatchObject({ kind: 'bad_credentials', code: 'link_disabled' })
  })
})
