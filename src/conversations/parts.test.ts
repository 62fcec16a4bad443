import { expect, it } from 'vitest'
import { PartCollector, textOf } from './parts.ts'

it('folds the events of an answer into its parts, in the order in which they began', () => {
  const collector = new PartCollector()
  collector.add({ type: 'reasoning-start', id: 'r' })
  collector.add({ type: 'reasoning-delta', id: 'r', delta: 'Hm.' })
  collector.add({ type: 'text-start', id: 't' })
  collector.add({ type: 'tool-input-start', toolCallId: 'c', toolName: 'clock' })
  collector.add({ type: 'text-delta', id: 't', delta: 'It is ' })
  collector.add({ type: 'tool-input-available', toolCallId: 'c', toolName: 'clock', input: { zone: 'UTC' } })
  collector.add({ type: 'tool-output-available', toolCallId: 'c', output: '12:00' })
  collector.add({ type: 'text-delta', id: 't', delta: 'noon.' })
  collector.add({ type: 'text-start', id: 'empty' })
  collector.add({ type: 'file', url: 'data:,x', mediaType: 'text/plain', filename: 'x.txt' })

  expect(collector.parts()).toEqual([
    { type: 'reasoning', text: 'Hm.' },
    { type: 'text', text: 'It is noon.' },
    { type: 'tool', tool_call_id: 'c', tool_name: 'clock', input: { zone: 'UTC' }, output: '12:00' },
    { type: 'file', url: 'data:,x', media_type: 'text/plain', filename: 'x.txt' },
  ])
})

it('gives an agent the text and the names of files, not the reasoning', () => {
  expect(
    textOf([
      { type: 'reasoning', text: 'secret thought' },
      { type: 'text', text: 'Here.' },
      { type: 'file', url: 'data:,x', media_type: 'text/plain', filename: 'x.txt' },
    ]),
  ).toBe('Here.\n\n[file: x.txt]')
})
