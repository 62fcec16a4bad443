import { badRequest } from './refusal.ts'

export interface Entity {
  type: string
  offset: number
  length: number
  url?: string
  language?: string
}

const tags: Record<string, string> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  a: 'text_link',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
}

interface OpenTag {
  name: string
  attributes: string
  start: number
}

/**
 * Reads text with `parse_mode: HTML` as the Bot API server does, with its errors
 * (https://core.telegram.org/bots/api#html-style). Offsets in its messages are bytes, those of entities UTF-16.
 */
export function parseHtml(source: string): { text: string; entities: Entity[] } {
  const entities: Entity[] = []
  const open: OpenTag[] = []
  let text = ''
  for (const match of source.matchAll(
    /<(\/?)([a-zA-Z-]*)([^<>]*)(>?)|&(#x?[0-9a-fA-F]+|lt|gt|amp|quot);|[^<&]+|&/g,
  )) {
    const [all, slash, rawName = '', attributes = '', close, reference] = match
    if (!all.startsWith('<')) {
      text += reference === undefined ? all : characterOf(reference)
      continue
    }
    const name = rawName.toLowerCase()
    const at = Buffer.byteLength(source.slice(0, match.index))
    if (close !== '>') throw refuse(`Unclosed ${slash === '/' ? 'end' : 'start'} tag at byte offset ${at}`)
    if (slash === '/') entities.push(closeTag(open.pop(), name, at, text))
    else if (tags[name] === undefined) throw refuse(`Unsupported start tag "${name}" at byte offset ${at}`)
    else open.push({ name, attributes, start: text.length })
  }
  const unclosed = open.at(-1)
  if (unclosed !== undefined) throw refuse(`Can't find end tag corresponding to start tag "${unclosed.name}"`)
  return { text, entities: joinLanguages(entities.filter(({ length }) => length > 0)).sort(byPlace) }
}

function closeTag(tag: OpenTag | undefined, name: string, at: number, text: string): Entity {
  if (tag === undefined) throw refuse(`Unexpected end tag at byte offset ${at}`)
  if (name !== '' && name !== tag.name)
    throw refuse(`Unmatched end tag at byte offset ${at}, expected "</${tag.name}>", found "</${name}>"`)
  const place = { type: tags[tag.name] ?? tag.name, offset: tag.start, length: text.length - tag.start }
  if (tag.name === 'a') return { ...place, url: attribute(tag.attributes, 'href') }
  const language = /language-([\w+#.-]+)/.exec(attribute(tag.attributes, 'class'))?.[1]
  return language === undefined ? place : { ...place, language }
}

function attribute(source: string, name: string): string {
  const value = new RegExp(`${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|(\\S+))`).exec(source)
  const raw = value?.[1] ?? value?.[2] ?? value?.[3] ?? ''
  return raw.replace(/&(lt|gt|amp|quot);/g, (_, reference: string) => characterOf(reference))
}

/** `<pre><code class="language-x">` is one entity, with a language. */
function joinLanguages(entities: Entity[]): Entity[] {
  const isSamePlace = (a: Entity, b: Entity) => a.offset === b.offset && a.length === b.length
  return entities
    .filter(
      (one) => one.type !== 'code' || !entities.some((pre) => pre.type === 'pre' && isSamePlace(pre, one)),
    )
    .map((one) => {
      const code = entities.find((other) => other.type === 'code' && isSamePlace(other, one))
      return one.type === 'pre' && code?.language !== undefined ? { ...one, language: code.language } : one
    })
}

function byPlace(a: Entity, b: Entity): number {
  return a.offset - b.offset || b.length - a.length
}

function characterOf(reference: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' }
  const known = named[reference]
  if (known !== undefined) return known
  const digits = reference.slice(1)
  return String.fromCodePoint(digits.startsWith('x') ? parseInt(digits.slice(1), 16) : Number(digits))
}

function refuse(reason: string): Error {
  return badRequest(`can't parse entities: ${reason}`)
}
