import { describe, expect, it } from 'vitest'
import { AgentError, type AgentEvent } from '../../agent.ts'
import { describeAgent } from '../../testing/agent-contract.ts'
import { collect, textIn, turnOf } from '../../testing/turns.ts'
import { findEventFaults } from '../../testing/well-formed.ts'
import { demonstrations } from './demonstrations.ts'
import { guide } from './guide.ts'

const never = new AbortController().signal
const agent = guide.create({}, { fetch, sleep: async () => undefined })

async function ask(text: string, earlier: string[] = []) {
  const history = earlier.map((said) => ({ role: 'user' as const, text: said, author: null }))
  const { events, error } = await collect(agent.run(turnOf(text, { history }), never))
  return { events, error, text: textIn(events) }
}

describeAgent('guide', () => ({
  agent,
  answered: turnOf('hello'),
  long: turnOf('long answer'),
  failing: [turnOf('show an error'), turnOf('展示错误')],
}))

describe('the guide', () => {
  it.each([
    ['Hello', 'Hello Ada'],
    ['/start', 'Hello Ada'],
    ['What is Portico?', 'front door of an AI agent'],
    ['who are you', 'front door of an AI agent'],
    ['How do I connect a chat?', '/connect CODE'],
    ['how can I link my Telegram', '@BotFather'],
    ['How do I plug in a real agent?', 'OPENAI_BASE_URL'],
    ['can I use ollama', 'kind: openai'],
    ['What commands are there?', '/disconnect'],
    ['thank you', 'You are welcome.'],
    ['tell me about the weather', 'I am the guide of Portico'],
    ['你好', '你好，Ada'],
    ['Portico 是什么？', '智能体的大门'],
    ['怎么连接聊天', '/connect 连接码'],
    ['怎么接入自己的模型', 'OPENAI_BASE_URL'],
    ['有哪些命令', '/whoami'],
    ['今天天气怎么样', '我是 Portico 的向导'],
  ])('answers "%s"', async (question, expected) => {
    expect((await ask(question)).text).toContain(expected)
  })

  it('speaks in small pieces that add up', async () => {
    const { events } = await ask('show markdown')
    const pieces = events.flatMap((event) => (event.type === 'text-delta' ? [event.delta] : []))
    expect(pieces.length).toBeGreaterThan(30)
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(60)
    expect(pieces.join('')).toContain('| Earth | 1 | 24 h |\n')
  })

  it('really calculates with its tool', async () => {
    const { events, text } = await ask('what is 12 * (7.5 - 2)?')
    expect(findEventFaults(events)).toEqual([])
    expect(toolOutput(events)).toEqual({ result: 66 })
    expect(text).toContain('12 * (7.5 - 2) = **66**')
  })

  it('shows what a failing tool looks like', async () => {
    const { events, text } = await ask('1 / 0')
    expect(events).toContainEqual({
      type: 'tool-output-error',
      toolCallId: 'call-1',
      errorText: 'Nothing can be divided by zero.',
    })
    expect(text).toContain('That has no result.')
  })

  it('gives an answer that chats must split, with no number missing', async () => {
    const { text } = await ask('long answer')
    expect(text.length).toBeGreaterThan(5000)
    for (let number = 1; number <= 100; number++) expect(text).toContain(`\n${number}. `)
    expect(text).toContain('84. 2 × 2 × 3 × 7; LXXXIV in Roman numerals, 1010100 in binary')
  })

  it('draws a file in which the name of the person is only text', async () => {
    const turn = turnOf('send a file', { user: { id: 'usr_1', name: '<script>"&', kind: 'member' } })
    const { events } = await collect(agent.run(turn, never))
    const file = events.find((event) => event.type === 'file')
    expect(file).toMatchObject({ mediaType: 'image/svg+xml', filename: 'portico.svg' })
    const svg = Buffer.from(file?.url.split(',')[1] ?? '', 'base64').toString()
    expect(svg).toContain('&lt;script&gt;&quot;&amp;</text>')
    expect(svg).not.toContain('<script')
  })

  it('offers choices that lead on', async () => {
    const { events } = await ask('show buttons')
    expect(events).toContainEqual({
      type: 'data-buttons',
      data: {
        buttons: [
          { label: 'show markdown', value: 'show markdown' },
          { label: 'send a file', value: 'send a file' },
        ],
      },
    })
  })

  it('uses an account of the person by the grant of the turn, and says so when it may not', async () => {
    const asked: string[] = []
    const borrowed = (status: number, body: object) =>
      guide.create(
        {},
        {
          sleep: async () => undefined,
          async fetch(url, init) {
            const request = new Request(url, init)
            asked.push(`${request.url} ${request.headers.get('authorization') ?? ''}`)
            return Response.json(body, { status })
          },
        },
      )
    const use = async (agent: ReturnType<typeof borrowed>, turn = turnOf('use my GitHub account')) =>
      textIn((await collect(agent.run(turn, never))).events)
    expect(await use(borrowed(200, { login: 'mia' }))).toContain('You are **mia** on GitHub')
    expect(asked).toEqual(['https://portico.example.org/proxy/github/user Bearer pg_grant-of-the-turn'])
    const refused = await use(borrowed(409, { detail: 'The person must connect this account first.' }))
    expect(refused).toContain('I may not use your GitHub account yet')
    expect(await use(borrowed(200, {}), turnOf('use my GitHub account', { grant: null }))).toContain(
      'a guest',
    )
    expect(asked).toHaveLength(2)
  })

  it('takes twenty seconds when asked to be slow', async () => {
    const waits: number[] = []
    const slow = guide.create({}, { fetch, sleep: async (ms) => void waits.push(ms) })
    const { events } = await collect(slow.run(turnOf('slow answer'), never))
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(20_000)
    expect(textIn(events)).toContain('step 20 of 20')
  })

  it('fails on demand', async () => {
    const { error } = await ask('show an error')
    expect(error).toBeInstanceOf(AgentError)
    expect(error).toMatchObject({ code: 'agent_failed' })
  })

  it('leads through all demonstrations, one after the other, and then falls silent', async () => {
    const shown: string[] = []
    let suggested = (await ask('hello')).text
    for (const { invitation } of demonstrations) {
      expect(suggested).toContain(`write **${invitation.en}**`)
      shown.push(invitation.en)
      suggested = (await ask('hello', shown)).text
    }
    expect(suggested).not.toContain('To see more')
    expect((await ask('show markdown', shown)).text).toContain('You have seen all')
  })

  it('understands its own invitations in both languages', async () => {
    for (const { invitation, pattern } of demonstrations) {
      expect(invitation.en).toMatch(pattern)
      expect(invitation.zh).toMatch(pattern)
    }
    expect((await ask('展示排版')).text).toContain('接下来可以写：**使用工具**')
  })
})

function toolOutput(events: AgentEvent[]): unknown {
  return events.find((event) => event.type === 'tool-output-available')?.output
}
