import { afterEach, describe, expect, it, vi } from 'vitest'
import { createClient, startTurn } from './client.ts'

const input = { conversationId: 'cnv_1', message: 'hello' }

function noting(requests: Request[]) {
  return async (request: Request) => {
    requests.push(request)
    return Response.json({ turn_id: 'trn_1' }, { status: 202 })
  }
}

describe('the client', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('proves in a browser that a change comes from our own page', async () => {
    vi.stubGlobal('document', { cookie: 'other=1; csrf_token=a%2Bb; not_csrf_token=x' })
    const requests: Request[] = []
    const client = createClient({ baseUrl: 'http://portico.test', fetch: noting(requests) })
    await startTurn(client, input)
    await client.GET('/api/turns/{id}/stream', { params: { path: { id: 'trn_1' } }, parseAs: 'text' })
    expect(requests.map(({ headers }) => headers.get('x-csrf-token'))).toEqual(['a+b', null])
  })

  it('sends the token of a program instead', async () => {
    vi.stubGlobal('document', { cookie: 'csrf_token=a' })
    const requests: Request[] = []
    await startTurn(
      createClient({ baseUrl: 'http://portico.test', token: 'pt_live_x', fetch: noting(requests) }),
      input,
    )
    expect(requests[0]?.headers.get('authorization')).toBe('Bearer pt_live_x')
    expect(requests[0]?.headers.get('x-csrf-token')).toBeNull()
  })

  it('turns a refusal into a PorticoError, and an answer of somebody else too', async () => {
    const refuse = (response: Response) =>
      startTurn(createClient({ baseUrl: 'http://portico.test', fetch: async () => response }), input)
    const problem = {
      code: 'validation_failed',
      detail: 'The input is wrong.',
      errors: [{ path: '/message', message: 'is too long' }, 'odd'],
    }
    await expect(refuse(Response.json(problem, { status: 422 }))).rejects.toMatchObject({
      name: 'PorticoError',
      code: 'validation_failed',
      errors: [{ path: '/message', message: 'is too long' }],
    })
    await expect(refuse(new Response('<html>Bad gateway</html>', { status: 502 }))).rejects.toMatchObject({
      code: 'unknown',
      status: 502,
      detail: 'The server answered 502.',
    })
  })
})
