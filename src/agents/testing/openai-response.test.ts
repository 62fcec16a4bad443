import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startOpenAiServer, type OpenAiServer } from './openai-server.ts'

/** The official client is the judge here too. */
describe('the local server of responses, as the official client sees it', () => {
  let server: OpenAiServer
  let client: OpenAI
  const ask = { model: 'test-model', input: 'Good morning to you' }

  beforeAll(async () => {
    server = await startOpenAiServer({ apiKey: 'sk-right' })
    client = new OpenAI({ baseURL: server.url, apiKey: 'sk-right', maxRetries: 0 })
  })
  afterAll(() => server.stop())

  it('answers in one piece', async () => {
    const response = await client.responses.create(ask)
    expect(response.output_text).toBe('Good morning to you')
    expect(response.status).toBe('completed')
    expect(response.usage?.output_tokens).toBe(4)
  })

  it('streams what the client puts together', async () => {
    const citation = {
      type: 'url_citation',
      url: 'https://a.example/',
      title: 'A',
      start_index: 0,
      end_index: 1,
    }
    const search = {
      id: 'ws_1',
      type: 'web_search_call',
      status: 'completed',
      action: { type: 'search', query: 'a' },
    }
    server.next({
      kind: 'response',
      reasoning: 'Let me see',
      text: 'Yes it is',
      items: [search],
      annotations: [citation],
    })
    const stream = client.responses.stream(ask)
    const pieces: string[] = []
    stream.on('response.output_text.delta', ({ delta }) => pieces.push(delta))
    const response = await stream.finalResponse()
    expect(pieces).toEqual(['Yes ', 'it ', 'is'])
    expect(response.output.map(({ type }) => type)).toEqual(['reasoning', 'web_search_call', 'message'])
    expect(response.output_text).toBe('Yes it is')
  })

  it('tells why an answer is not whole', async () => {
    server.next({
      kind: 'response',
      text: 'Half',
      status: 'incomplete',
      incompleteReason: 'max_output_tokens',
    })
    const response = await client.responses.stream(ask).finalResponse()
    expect(response.incomplete_details?.reason).toBe('max_output_tokens')
  })
})
