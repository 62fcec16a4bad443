import { parseMarkdown, printPlain } from '../../../lib/markdown.ts'
import { fieldsOf, listOf, type Fields } from '../shape.ts'
import { Refusal } from './refusal.ts'
import type { Message } from './world.ts'

/** The limits of blocks: https://docs.slack.dev/reference/block-kit/blocks */
export function checkBlocks(blocks: readonly unknown[]): void {
  if (blocks.length > 50) throw new Refusal('invalid_blocks')
  let markdownLength = 0
  for (const block of blocks.map((one) => fieldsOf(one) ?? {})) {
    if (block['type'] === 'markdown') {
      if (typeof block['text'] !== 'string' || block['text'] === '') throw new Refusal('invalid_blocks')
      markdownLength += block['text'].length
    } else if (block['type'] === 'section') checkText(fieldsOf(block['text']), 3_000)
    else if (block['type'] === 'actions') checkActions(block)
    else if (block['type'] !== 'divider') throw new Refusal('invalid_blocks')
  }
  if (markdownLength > 12_000) throw new Refusal('msg_blocks_too_long')
}

function checkActions(block: Fields): void {
  const elements = listOf(block['elements']).map((one) => fieldsOf(one) ?? {})
  const ids = new Set(elements.map((element) => element['action_id']))
  if (elements.length === 0 || elements.length > 25 || ids.size < elements.length)
    throw new Refusal('invalid_blocks')
  for (const element of elements) {
    const { type, value } = element
    if (type !== 'button' || typeof value !== 'string' || value.length > 2_000)
      throw new Refusal('invalid_blocks')
    checkText(fieldsOf(element['text']), 75)
  }
}

function checkText(text: Fields | undefined, max: number): void {
  const value = text?.['text']
  if (typeof value !== 'string' || value === '' || value.length > max) throw new Refusal('invalid_blocks')
}

/** A message as people see it: markup shown and not spelled. */
export function shownText({ streamed, blocks, text }: Message, nameOf: (id: string) => string): string {
  if (streamed !== undefined) return showMarkdown(streamed)
  const shown = blocks
    .map((one) => fieldsOf(one) ?? {})
    .flatMap((block) => {
      if (block['type'] === 'markdown') return [showMarkdown(String(block['text']))]
      return block['type'] === 'section' ? [String(fieldsOf(block['text'])?.['text'])] : []
    })
  return shown.length === 0 ? showMrkdwn(text, nameOf) : shown.join('\n')
}

function showMarkdown(text: string): string {
  return printPlain(parseMarkdown(text))
}

function showMrkdwn(text: string, nameOf: (id: string) => string): string {
  return text
    .replace(/<@([A-Z0-9]+)>/g, (_, id: string) => `@${nameOf(id)}`)
    .replace(/<([^<>|]+)\|([^<>]+)>/g, '$2')
    .replace(/&(lt|gt|amp);/g, (_, name: string) => ({ lt: '<', gt: '>', amp: '&' })[name] ?? '')
}

/** The buttons under a message. */
export function buttonsOf({ blocks }: Message): { block: Fields; element: Fields; label: string }[] {
  return blocks
    .map((one) => fieldsOf(one) ?? {})
    .filter((block) => block['type'] === 'actions')
    .flatMap((block) =>
      listOf(block['elements']).map((one) => {
        const element = fieldsOf(one) ?? {}
        return { block, element, label: String(fieldsOf(element['text'])?.['text']) }
      }),
    )
}
