import type { TurnEvent } from '../../agents/agent.ts'
import { streamEnd } from '../../coordination/streams.ts'
import type { Sleep } from '../../lib/sleep.ts'
import type { ReadTurn } from '../followed-turn.ts'

/** A turn as a list of events and pauses in milliseconds. */
export type Script = readonly (TurnEvent | number)[]

/** Plays a script to each reader, so that a test decides when the agent writes what. */
export function playScript(script: Script, sleep: Sleep): ReadTurn {
  return async function* (_turn, signal) {
    for (const step of [...script, streamEnd]) {
      if (typeof step === 'number') await sleep(step, signal).catch(() => undefined)
      else yield step
      if (signal.aborted) return
    }
  }
}

/** The events of an answer that is written word by word, `pauseMs` apart. */
export function written(text: string, pauseMs = 0): Script {
  const pause = pauseMs > 0 ? [pauseMs] : []
  const words = text.match(/\S+\s*|\s+/g) ?? []
  return [
    { type: 'start', messageId: 'msg' },
    { type: 'text-start', id: '1' },
    ...words.flatMap((delta) => [{ type: 'text-delta', id: '1', delta } as const, ...pause]),
    { type: 'text-end', id: '1' },
    { type: 'finish' },
  ]
}
