import { referencedId, type Attachments } from '../attachments/attachments.ts'
import type { MessagePart } from './parts.ts'

type UrlOf = Pick<Attachments, 'urlOf'>

/** The address under which the outside can open a file: a signed link for one that is kept here. */
export function linkTo({ urlOf }: UrlOf, url: string): string {
  const id = referencedId(url)
  return id === undefined ? url : urlOf(id)
}

/** Parts as they are shown outside. */
export function withLinks(attachments: UrlOf, parts: readonly MessagePart[]): MessagePart[] {
  return parts.map((part) => (part.type === 'file' ? { ...part, url: linkTo(attachments, part.url) } : part))
}

/** An event of a turn as it is shown outside: JSON in, JSON out. Most hold no file and pass as they are. */
export function eventWithLink(attachments: UrlOf, data: string): string {
  if (!data.startsWith('{"type":"file"')) return data
  const event = JSON.parse(data) as { url: string }
  return JSON.stringify({ ...event, url: linkTo(attachments, event.url) })
}
