import type { InboundFile } from '../channel.ts'
import { fieldsOf, isRecord, listOf, type Fields } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'
import { numberOf } from './numbers.ts'

/** What a message says, its mentions still as keys (`@_user_1`). */
export interface Content {
  text: string
  files: InboundFile[]
}

/**
 * Decodes the content of a message (https://open.feishu.cn/document/server-docs/im-v1/message-content-description/message_content);
 * undefined for kinds that say nothing to an agent, such as stickers and shared cards. Throws for content that is
 * not what its kind promises.
 */
export function readContent(type: string, json: string, messageId: string): Content | undefined {
  const content: unknown = JSON.parse(json)
  if (!isRecord(content)) throw new TypeError('the content is not an object')
  if (type === 'text') return { text: required(content, 'text', 'string'), files: [] }
  if (type === 'post') return readPost(content, messageId)
  const file = readFile(type, content, messageId)
  return file === undefined ? undefined : { text: '', files: [file] }
}

function readFile(type: string, content: Fields, messageId: string): InboundFile | undefined {
  const ref = (key: string, kind: 'file' | 'image') => ({
    message_id: messageId,
    file_key: required(content, key, 'string'),
    type: kind,
  })
  const name = textOf(content['file_name'])?.slice(0, 255)
  switch (type) {
    case 'image':
      return { kind: 'image', name: 'image.png', mediaType: 'image/png', ref: ref('image_key', 'image') }
    case 'file':
      return {
        kind: 'document',
        name: name ?? 'file',
        mediaType: 'application/octet-stream',
        ref: ref('file_key', 'file'),
      }
    case 'audio':
      return { kind: 'voice', name: 'voice.opus', mediaType: 'audio/ogg', ref: ref('file_key', 'file') }
    case 'media':
      return {
        kind: 'video',
        name: name ?? 'video.mp4',
        mediaType: 'video/mp4',
        ref: ref('file_key', 'file'),
      }
    default:
      return undefined
  }
}

/** Rich text: lines of elements. What the apps send comes bare, what bots send is wrapped in a language. */
function readPost(content: Fields, messageId: string): Content {
  const post = Array.isArray(content['content'])
    ? content
    : fieldsOf(Object.values(content).find((value) => Array.isArray(fieldsOf(value)['content'])))
  if (!Array.isArray(post['content'])) throw new TypeError('the post has no content')
  const files: InboundFile[] = []
  const lines = post['content'].map((line) =>
    listOf(line)
      .map((element) => readElement(fieldsOf(element), files, messageId))
      .join(''),
  )
  const title = textOf(post['title'])
  return { text: [...(title === undefined ? [] : [title, '']), ...lines].join('\n').trim(), files }
}

function readElement(element: Fields, files: InboundFile[], messageId: string): string {
  const text = textOf(element['text']) ?? ''
  switch (element['tag']) {
    case 'a': {
      const href = textOf(element['href']) ?? ''
      return href === '' || href === text ? text : `${text} (${href})`
    }
    case 'at':
      return textOf(element['user_id']) ?? ''
    case 'img':
    case 'media': {
      const file = readFile(element['tag'] === 'img' ? 'image' : 'media', element, messageId)
      if (file !== undefined) files.push(file)
      return ''
    }
    case 'emotion':
      return `:${textOf(element['emoji_type']) ?? 'emoji'}:`
    case 'code_block':
      return `\n\`\`\`${textOf(element['language'])?.toLowerCase() ?? ''}\n${text.replace(/\n$/, '')}\n\`\`\`\n`
    case 'hr':
      return '---'
    default:
      return text
  }
}

export interface Mention {
  key: string
  openId: string | undefined
  name: string
}

export function readMentions(value: unknown): Mention[] {
  return listOf(value).flatMap((one) => {
    const mention = fieldsOf(one)
    const key = textOf(mention['key'])
    const openId = textOf(fieldsOf(mention['id'])['open_id']) ?? textOf(mention['id'])
    return key === undefined ? [] : [{ key, openId, name: textOf(mention['name']) ?? '' }]
  })
}

/** Takes the address to the bot off and writes the names of others where their keys stand. */
export function withNames(text: string, mentions: readonly Mention[], botId: string): string {
  const byKey = new Map(mentions.map((mention) => [mention.key, mention]))
  return text
    .replace(/(@_user_\d+|@_all)( ?)/g, (whole, key: string, space: string) => {
      const mention = byKey.get(key)
      if (mention === undefined) return key === '@_all' ? `@all${space}` : whole
      return mention.openId === botId ? '' : `@${mention.name}${space}`
    })
    .trim()
}

function required(content: Fields, key: string, type: 'string'): string {
  const value = content[key]
  if (typeof value !== type) throw new TypeError(`the content has no ${key}`)
  return value as string
}

/** The platform's times are milliseconds, in some events microseconds, as text. */
export function timeOf(value: unknown): number | undefined {
  const time = numberOf(value)
  if (time === undefined || time <= 0) return undefined
  return Math.trunc(time > 1e14 ? time / 1000 : time)
}
