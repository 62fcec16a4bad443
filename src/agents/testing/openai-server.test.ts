import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startOpenAiServer, type OpenAiServer } from './openai-server.ts'

/** The official client is the judge: what it reads from this server, it reads from the real one. */
describe('the local chat-completions server, as the official client sees it', () => {
  let server: OpenAiServer
  let client: OpenAI
  const ask = { model: 'test-model', messages: [{ role: 'user' as const, content: 'Good morning to you' }] }

  beforeAll(async () => {
    server = await startOpenAiServer({ apiKey: 'sk-right' })
    client = new OpenAI({ baseURL: server.url, apiKey: 'sk-right', maxRetries: 0 })
  })
  afterAll(() => server.stop())

  it('completes in one piece', async () => {
    const completion = await client.chat.completions.create(ask)
    expect(completion.choices[0]?.message.content).toBe('Good morning to you')
    expect(completion.choices[0]?.finish_reason).toBe('stop')
    expect(completion.usage?.total_tokens).toBe(14)
  })

  it('streams, with the usage in the last chunk', async () => {
    const stream = client.chat.completions.stream({ ...ask, stream_options: { include_usage: true } })
    const pieces: string[] = []
    stream.on('content', (piece) => pieces.push(piece))
    const completion = await stream.finalChatCompletion()
    expect(pieces).toEqual(['Good ', 'morning ', 'to ', 'you'])
    expect(completion.choices[0]?.message.content).toBe('Good morning to you')
    expect(completion.usage?.completion_tokens).toBe(4)
  })

  it('streams tool calls in fragments that the client puts together', async () => {
    server.next({
      kind: 'answer',
      toolCalls: [
        { id: 'call_a', name: 'weather', arguments: '{"city":"Kyiv"}' },
        { id: 'call_b', name: 'clock', arguments: '{"zone":"UTC"}' },
      ],
    })
    const completion = await client.chat.completions.stream(ask).finalChatCompletion()
    expect(completion.choices[0]?.finish_reason).toBe('tool_calls')
    expect(
      completion.choices[0]?.message.tool_calls?.map((call) => [
        call.id,
        [call.function.name, call.function.arguments],
      ]),
    ).toEqual([
      ['call_a', ['weather', '{"city":"Kyiv"}']],
      ['call_b', ['clock', '{"zone":"UTC"}']],
    ])
  })

  it('streams a refusal', async () => {
    server.next({ kind: 'answer', refusal: 'I would rather not.' })
    const completion = await client.chat.completions.stream(ask).finalChatCompletion()
    expect(completion.choices[0]?.message.refusal).toBe('I would rather not.')
  })

  it('refuses a wrong key, an unknown model and too many requests, each by its own name', async () => {
    const stranger = new OpenAI({ baseURL: server.url, apiKey: 'sk-wrong', maxRetries: 0 })
    await expect(stranger.chat.completions.create(ask)).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
    const unknown = client.chat.completions.create({ ...ask, model: 'none' })
    await expect(unknown).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
    server.next({ kind: 'error', status: 429, code: 'rate_limit_exceeded', headers: { 'retry-after': '7' } })
    await expect(client.chat.completions.create(ask)).rejects.toBeInstanceOf(OpenAI.RateLimitError)
  })

  it('lists its models', async () => {
    const models: string[] = []
    for await (const { id } of client.models.list()) models.push(id)
    expect(models).toEqual(['test-model'])
  })

  it('cuts connections when told to', async () => {
    server.next({ kind: 'reset' })
    await expect(client.chat.completions.create(ask)).rejects.toBeInstanceOf(OpenAI.APIConnectionError)
    server.next({ kind: 'raw', pieces: [': waiting\n\n'], end: 'cut' })
    await expect(client.chat.completions.stream(ask).finalChatCompletion()).rejects.toThrow()
  })
})
