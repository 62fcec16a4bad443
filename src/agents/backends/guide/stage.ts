import type { AgentDependencies, AgentEvent } from '../../agent.ts'
import { createParts } from '../../parts.ts'

/** Speaks at a readable pace, a few words at a time, as a model would. */
export interface Stage {
  say(text: string): AsyncGenerator<AgentEvent>
  /** Says nothing for a while. */
  pause(ms: number): Promise<void>
  /** Asks a server, no longer than the turn goes on. */
  fetch(url: string, init: { headers: Record<string, string> }): Promise<Response>
  /** A tool call: its input written piece by piece, then its output, or the message of what it throws. */
  useTool(name: string, input: object, run: () => unknown): AsyncGenerator<AgentEvent>
  file(filename: string, mediaType: string, content: string): AsyncGenerator<AgentEvent>
  /** Choices to press; each says itself. */
  offer(labels: readonly string[]): Generator<AgentEvent>
  close(): Generator<AgentEvent>
}

const pauseMs = 20

export function createStage({ sleep, fetch }: AgentDependencies, signal: AbortSignal): Stage {
  const parts = createParts()
  let calls = 0

  const pause = async (ms: number) => {
    await sleep(ms, signal)
    signal.throwIfAborted()
  }

  return {
    pause,
    fetch: (url, init) => fetch(url, { ...init, signal }),
    async *say(text) {
      for (const piece of piecesOf(text)) {
        await pause(pauseMs)
        yield* parts.text(piece)
      }
    },
    async *useTool(toolName, input, run) {
      yield* parts.close()
      const toolCallId = `call-${++calls}`
      yield { type: 'tool-input-start', toolCallId, toolName }
      for (const inputTextDelta of piecesOf(JSON.stringify(input))) {
        await pause(pauseMs)
        yield { type: 'tool-input-delta', toolCallId, inputTextDelta }
      }
      yield { type: 'tool-input-available', toolCallId, toolName, input }
      await pause(10 * pauseMs)
      try {
        yield { type: 'tool-output-available', toolCallId, output: await run() }
      } catch (error) {
        yield { type: 'tool-output-error', toolCallId, errorText: (error as Error).message }
      }
    },
    *offer(labels) {
      yield* parts.close()
      yield { type: 'data-buttons', data: { buttons: labels.map((label) => ({ label, value: label })) } }
    },
    async *file(filename, mediaType, content) {
      yield* parts.close()
      await pause(pauseMs)
      const url = `data:${mediaType};base64,${Buffer.from(content).toString('base64')}`
      yield { type: 'file', url, mediaType, filename }
    },
    close: parts.close,
  }
}

/** A text in pieces of about three words. Scripts without spaces are cut every few characters. */
function piecesOf(text: string): string[] {
  const words = text.match(/\s*\S{1,12}\s*/gu) ?? []
  const pieces: string[] = []
  for (let word = 0; word < words.length; word += 3) pieces.push(words.slice(word, word + 3).join(''))
  return pieces
}
