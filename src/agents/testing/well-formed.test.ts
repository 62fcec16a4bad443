import { describe, expect, it } from 'vitest'
import type { TurnEvent } from '../agent.ts'
import { findEventFaults } from './well-formed.ts'

const text = (step: 'start' | 'end', id = 'a'): TurnEvent => ({ type: `text-${step}`, id })
const delta = (words: string, id = 'a'): TurnEvent => ({ type: 'text-delta', id, delta: words })
const call = { toolCallId: 'c', toolName: 'clock' }

describe('the check of event sequences', () => {
  it('accepts a whole turn with a second attempt', () => {
    const events: TurnEvent[] = [
      { type: 'start', messageId: 'm' },
      text('start'),
      delta('half an ans'),
      { type: 'data-restart', data: { attempt: 2 }, transient: true },
      { type: 'tool-input-start', ...call },
      { type: 'tool-input-delta', toolCallId: 'c', inputTextDelta: '{}' },
      { type: 'tool-input-available', ...call, input: {} },
      { type: 'tool-output-available', toolCallId: 'c', output: 1 },
      text('start'),
      delta('answer'),
      text('end'),
      { type: 'finish' },
    ]
    expect(findEventFaults(events)).toEqual([])
  })

  it.each<[string, TurnEvent[]]>([
    ['a delta before its start', [delta('x')]],
    ['a delta after its end', [text('start'), text('end'), delta('x')]],
    ['an empty delta', [text('start'), delta(''), text('end')]],
    ['a part that starts twice', [text('start'), text('end'), text('start'), text('end')]],
    ['a part left open', [text('start')]],
    ['another part closed', [text('start', 'a'), text('end', 'b'), text('end', 'a')]],
    ['a tool output without a call', [{ type: 'tool-output-available', toolCallId: 'c', output: 1 }]],
    [
      'a tool output before its input',
      [
        { type: 'tool-input-start', ...call },
        { type: 'tool-output-error', toolCallId: 'c', errorText: 'no' },
      ],
    ],
    ['a tool input left open', [{ type: 'tool-input-start', ...call }]],
    ['events after the end', [{ type: 'finish' }, text('start'), text('end')]],
    ['a late start', [text('start'), text('end'), { type: 'start', messageId: 'm' }]],
    ['a step that only ends', [{ type: 'finish-step' }]],
  ])('finds %s', (_name, events) => {
    expect(findEventFaults(events)).not.toEqual([])
  })

  it('forgives what is open in a sequence that was stopped', () => {
    expect(findEventFaults([text('start'), delta('x')], false)).toEqual([])
  })
})
