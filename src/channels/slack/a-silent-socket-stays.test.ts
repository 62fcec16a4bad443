import { describe, expect, it } from 'vitest'
import { realDependencies } from '../testing/channel-contract.ts'
import { setStage } from './testing/stage.ts'

/** A clock that goes on only when it is told to. */
function standingClock() {
  let time = 1_700_000_000_000
  const waiting = new Set<() => void>()
  return {
    now: () => time,
    sleep(ms: number, signal: AbortSignal): Promise<void> {
      const until = time + ms
      return new Promise((resolve, reject) => {
        const check = () => {
          if (time < until) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        signal.addEventListener('abort', () => {
          waiting.delete(check)
          reject(new Error('aborted'))
        })
        check()
      })
    },
    advance(ms: number) {
      time += ms
      for (const check of waiting) check()
    },
  }
}

describe('a socket that is open and silent', () => {
  it('is given up after 30 seconds, and not before', async () => {
    const clock = standingClock()
    const stage = await setStage({ ...realDependencies, ...clock })
    stage.app.sockets.silence()
    clock.advance(29_000)
    expect(await Promise.race([stage.ended, Promise.resolve('still there')])).toBe('still there')
    clock.advance(1_001)
    expect(String(await stage.ended)).toContain('No answer from slack')
    await stage.stop()
  })

  it('lives by frames, though nobody writes', async () => {
    const clock = standingClock()
    const stage = await setStage({ ...realDependencies, ...clock })
    for (let round = 0; round < 3; round += 1) {
      clock.advance(29_000)
      const signs = stage.inbox.signsOfLife
      for (const { socket } of stage.app.sockets.lines) socket.ping()
      await stage.inbox.until(({ signsOfLife }) => signsOfLife > signs)
    }
    stage.simulator.write(stage.direct, stage.ada, 'still there?')
    await stage.inbox.until(({ messages }) => messages.length > 0)
    await stage.stop()
  })
})
