import { describe, expect, it } from 'vitest'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { setStage } from './testing/stage.ts'

describe('what Slack sends once only', () => {
  it('is kept and offered again when it could not be committed', async () => {
    const stage = await setStage()
    const to = { chatId: stage.direct.id, kind: 'private' } as const
    const buttons = [{ label: 'Yes', value: '/approve 7' }]
    await stage.channel.send(to, { text: 'Sure?', plain: 'Sure?', buttons }, 'key')
    stage.inbox.refusals = 1
    const [asked] = stage.direct.messages
    stage.simulator.press(stage.direct, stage.ada, asked!, 'Yes')
    expect(String(await stage.ended)).toContain('not committed')
    expect(stage.app.sockets.queue).toEqual([])

    const again = new MemoryInbox(undefined, stage.memory)
    const stop = new AbortController()
    const receiving = stage.channel.receive(again, stop.signal)
    await again.until(({ messages }) => messages.length > 0)
    expect(again.messages.map(({ text }) => text)).toEqual(['/approve 7'])
    stop.abort()
    await receiving
    await stage.stop()
  })
})
