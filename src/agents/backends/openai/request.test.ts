import { describe, expect, it } from 'vitest'
import type { AgentFile, AgentTurn, HistoryMessage } from '../../agent.ts'
import { turnOf } from '../../testing/turns.ts'
import { chatRequest } from './request.ts'
import { readSettings } from './settings.ts'

const user = (text: string, author: string | null = null): HistoryMessage => ({ role: 'user', text, author })
const assistant = (text: string): HistoryMessage => ({ role: 'assistant', text, author: 'default' })

function messagesOf(more: Partial<AgentTurn>, settings: Record<string, string | number> = {}) {
  return chatRequest(turnOf('now', more), 'test-model', readSettings(settings)).messages
}

describe('the request', () => {
  it('holds the system prompt, what was said before, and the message', () => {
    expect(
      messagesOf({ history: [user('hello'), assistant('Good day')] }, { system_prompt: 'Be short.' }),
    ).toEqual([
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: 'hello' },
      { role: 'assistant', content: 'Good day' },
      { role: 'user', content: 'now' },
    ])
  })

  it('keeps to the newest messages and never begins with an answer', () => {
    const history = [user('one'), assistant('1'), user('two'), assistant('2'), user('three'), assistant('3')]
    expect(messagesOf({ history }, { history_messages: 3 }).map(({ content }) => content)).toEqual([
      'three',
      '3',
      'now',
    ])
    expect(messagesOf({ history }, { history_chars: 9 }).map(({ content }) => content)).toEqual([
      'three',
      '3',
      'now',
    ])
    expect(messagesOf({ history }, { history_messages: 0 })).toEqual([{ role: 'user', content: 'now' }])
  })

  it('joins messages of one role, as some models demand', () => {
    const history = [user('one'), user('two'), assistant('1'), assistant('2'), user('three')]
    expect(messagesOf({ history })).toEqual([
      { role: 'user', content: 'one\n\ntwo' },
      { role: 'assistant', content: '1\n\n2' },
      { role: 'user', content: 'three\n\nnow' },
    ])
  })

  it('names people only where there are several', () => {
    expect(messagesOf({ history: [user('hello', 'Ada'), assistant('Good day')] }).at(0)?.content).toBe(
      'hello',
    )
    const group = [user('hello', 'Ada'), assistant('Good day'), user('hi', 'Bo'), assistant('Hello Bo')]
    expect(messagesOf({ history: group }).map(({ content }) => content)).toEqual([
      'Ada: hello',
      'Good day',
      'Bo: hi',
      'Hello Bo',
      'Ada: now',
    ])
  })

  it('shows images and names other files', () => {
    const files: AgentFile[] = [
      { name: 'a.png', mediaType: 'image/png', url: 'data:image/png;base64,AA' },
      { name: 'b.jpg', mediaType: 'image/jpeg', url: 'https://files.example/b.jpg' },
      { name: 'c.pdf', mediaType: 'application/pdf', url: 'data:application/pdf;base64,AA' },
      { name: 'd.png', mediaType: 'image/png', url: 'http://10.0.0.1/d.png' },
    ]
    expect(messagesOf({ message: { text: 'look', files }, history: [user('wait')] })).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'wait' },
          { type: 'text', text: 'look\n\n[file: c.pdf, application/pdf]\n\n[file: d.png, image/png]' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } },
          { type: 'image_url', image_url: { url: 'https://files.example/b.jpg' } },
        ],
      },
    ])
    expect(messagesOf({ message: { text: '', files: files.slice(0, 1) } }).at(0)?.content).toHaveLength(1)
  })
})
