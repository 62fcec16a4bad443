import type { TurnEvent } from '../agents/agent.ts'
import { closeFence } from '../lib/unfinished-markdown.ts'
import type { DeliveryTexts } from './texts.ts'

/** What a person is shown of a turn so far. */
export interface Transcript {
  /** Markdown; grows only at its end until the turn ends or restarts. */
  text: string
  /** The tool at work while there is no text yet. */
  tool: string | undefined
  /** Counts the attempts of the turn: with another one the text begins anew. */
  attempt: number
  isFinished: boolean
}

export const emptyTranscript: Transcript = { text: '', tool: undefined, attempt: 1, isFinished: false }

/**
 * Takes one event into a transcript. Text and files are kept; reasoning and tools' inputs and outputs are not for
 * the chat. An answer that was cut off says so after the text that there is.
 */
export function withEvent(
  before: Transcript,
  event: TurnEvent | { type: 'end' },
  texts: DeliveryTexts,
): Transcript {
  switch (event.type) {
    case 'text-start':
      return { ...before, text: newBlock(before.text) }
    case 'text-delta':
      return { ...before, text: before.text + event.delta }
    case 'file':
      return { ...before, text: newBlock(before.text) + fileLink(event) }
    case 'tool-input-start':
    case 'tool-input-available':
      return { ...before, tool: event.toolName }
    case 'tool-output-available':
    case 'tool-output-error':
      return { ...before, tool: undefined }
    case 'data-restart':
      return { ...emptyTranscript, attempt: before.attempt + 1 }
    case 'error':
      return { ...before, text: withNotice(before.text, event.errorText) }
    case 'abort':
      return { ...before, text: withNotice(before.text, texts.stopped) }
    case 'finish':
    case 'end':
      return { ...before, text: before.text.trim() === '' ? texts.noAnswer : before.text, isFinished: true }
    default:
      return before
  }
}

type FileEvent = TurnEvent & { type: 'file' }

function newBlock(text: string): string {
  return text.trim() === '' ? text : `${closeFence(text)}\n\n`
}

function withNotice(text: string, notice: string): string {
  return newBlock(text) + notice
}

/** A data: address is no link that anyone could follow; the file is named only. */
function fileLink({ url, filename, mediaType }: FileEvent): string {
  const name = (filename ?? mediaType).replace(/[[\]\\]/g, '\\$&')
  return url.startsWith('data:') ? name : `[${name}](<${url.replace(/[<>\n]/g, encodeURIComponent)}>)`
}
