import type { TurnEvent } from '../../agents/agent.ts'
import { streamEnd, type Streams } from '../../coordination/streams.ts'
import type { Sleep } from '../../lib/sleep.ts'

/** A turn as a list of events and pauses in milliseconds. */
export type Script = readonly (TurnEvent | number)[]

/** Streams that play a script to each reader, so that a test decides when the agent writes what. */
export function playScript(script: Script, sleep: Sleep): Streams {
  return {
    open: () => Promise.reject(new Error('Only for reading.')),
    async *read(_stream, after, signal) {
      let seq = 0
      for (const step of [...script, streamEnd]) {
        if (typeof step === 'number') await sleep(step, signal).catch(() => undefined)
        else if (++seq > after) yield { seq, data: JSON.stringify(step) }
        if (signal.aborted) return
      }
    },
    clean: async () => 0,
    stop: async () => undefined,
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
