import type { TurnEvent } from '../agents/agent.ts'
import type { Button } from '../channels/channel.ts'
import { closeFence } from '../lib/unfinished-markdown.ts'
import type { DeliveryTexts } from './texts.ts'

/** What a person is shown of a turn so far. */
export interface Transcript {
  /** Markdown; grows only at its end until the turn ends or restarts. */
  text: string
  /** The tool at work while there is no text yet. */
  tool: string | undefined
  /** What follows the text: files, and choices that the person may press. */
  files: AnswerFile[]
  buttons: Button[]
  /** Counts the attempts of the turn: with another one the text begins anew. */
  attempt: number
  isFinished: boolean
}

/** A file of an answer, as the agent named it. */
export interface AnswerFile {
  url: string
  name: string
  mediaType: string
}

export const emptyTranscript: Transcript = {
  text: '',
  tool: undefined,
  files: [],
  buttons: [],
  attempt: 1,
  isFinished: false,
}

/**
 * Takes one event into a transcript. Text, files and buttons are kept; reasoning and tools' inputs and outputs are not for
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
      return { ...before, files: [...before.files, fileOf(event)] }
    case 'data-buttons':
      return { ...before, buttons: buttonsOf(event.data) }
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
      return { ...before, text: isEmpty(before) ? texts.noAnswer : before.text, isFinished: true }
    default:
      return before
  }
}

function isEmpty({ text, files }: Transcript): boolean {
  return text.trim() === '' && files.length === 0
}

function newBlock(text: string): string {
  return text.trim() === '' ? text : `${closeFence(text)}\n\n`
}

function withNotice(text: string, notice: string): string {
  return newBlock(text) + notice
}

function fileOf({ url, filename, mediaType }: TurnEvent & { type: 'file' }): AnswerFile {
  return { url, mediaType, name: filename ?? `file.${mediaType.split('/')[1] ?? 'bin'}` }
}

/** `{ buttons: [{ label, value? }] }`; a button without a value says its label. Anything else is no buttons. */
function buttonsOf(data: unknown): Button[] {
  const given = typeof data === 'object' && data !== null && 'buttons' in data ? data.buttons : undefined
  if (!Array.isArray(given)) return []
  return given.flatMap((button: unknown) => {
    if (typeof button !== 'object' || button === null || !('label' in button)) return []
    const { label } = button
    const value = 'value' in button ? button.value : label
    return typeof label === 'string' && typeof value === 'string' && label !== '' ? [{ label, value }] : []
  })
}
