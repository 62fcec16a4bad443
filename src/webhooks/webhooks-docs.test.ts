import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { connected, finished } from './testing/webhook-house.ts'
import { eventTypes } from './webhooks.ts'

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'webhooks.md'), 'utf8')
const sections = new Map(
  [...page.matchAll(/^### `(.+)`\n[^]*?```json\n([^]*?)```/gm)].map(([, type = '', example = '']) => [
    type,
    JSON.parse(example) as object,
  ]),
)

it('docs/webhooks.md has every event with an example, in order, and no other', () => {
  expect([...sections.keys()]).toEqual(eventTypes)
})

it.each([connected(), finished()])('the example of $type has the fields of the event', ({ type, data }) => {
  expect(Object.keys(sections.get(type) ?? {})).toEqual(Object.keys(data))
})
