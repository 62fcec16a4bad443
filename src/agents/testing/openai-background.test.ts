import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startOpenAiServer, type OpenAiServer } from './openai-server.ts'

/** The official client is the judge here too. */
describe('responses in the background, as the official client sees them', () => {
  let server: OpenAiServer
  let client: OpenAI
  const ask = { model: 'test-model', input: 'Good morning to you', background: true }

  beforeAll(async () => {
    server = await startOpenAiServer({ apiKey: 'sk-right' })
    client = new OpenAI({ baseURL: server.url, apiKey: 'sk-right', maxRetries: 0 })
  })
  afterAll(() => server.stop())

  it('are written while nobody listens, and read when they are whole', async () => {
    const { promise: rest, resolve } = Promise.withResolvers<undefined>()
    server.next({ kind: 'response', text: 'All is well', rest })
    const { id, status } = await client.responses.create(ask)
    expect(status).toBe('queued')
    expect((await client.responses.retrieve(id)).status).toBe('in_progress')
    resolve(undefined)
    await expect.poll(async () => (await client.responses.retrieve(id)).output_text).toBe('All is well')
  })

  it('are heard again from their beginning, or after the last event that came', async () => {
    const response = await client.responses.stream(ask).finalResponse()
    const hear = async (query: { starting_after?: number }) => {
      const types: string[] = []
      const words: string[] = []
      for await (const event of await client.responses.retrieve(response.id, { stream: true, ...query })) {
        types.push(event.type)
        if (event.type === 'response.output_text.delta') words.push(event.delta)
      }
      return { types, words }
    }
    const whole = await hear({})
    expect(whole.types[0]).toBe('response.created')
    expect(whole.words.join('')).toBe(response.output_text)
    expect(await hear({ starting_after: 1 })).toEqual({ types: whole.types.slice(2), words: whole.words })
  })

  it('are cancelled, once and for all', async () => {
    server.next({ kind: 'response', text: 'Well then', rest: new Promise(() => undefined) })
    const { id } = await client.responses.create(ask)
    expect((await client.responses.cancel(id)).status).toBe('cancelled')
    expect((await client.responses.cancel(id)).status).toBe('cancelled')
  })

  it('must be kept, and are not found once they are not', async () => {
    const unkept = client.responses.create({ ...ask, store: false })
    await expect(unkept).rejects.toBeInstanceOf(OpenAI.BadRequestError)
    const { id } = await client.responses.create(ask)
    server.background.forget(id)
    await expect(client.responses.retrieve(id)).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  })
})
