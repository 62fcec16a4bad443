import type { Client } from 'openapi-fetch'
import { PorticoError } from './errors.ts'
import type { paths } from './schema.ts'

/** The typed API: `client.GET('/api/...', { params, body })`. */
export type PorticoClient = Client<paths>

/**
 * The answer of a call, or a PorticoError: `const me = await call(client.GET('/api/me'))`.
 * A call that reached no server rejects with what `fetch` rejects with.
 */
export async function call<Data>(
  request: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await request
  if (!response.ok) throw new PorticoError(response, error)
  // openapi-fetch leaves `data` undefined only where the type says so: 204 and empty answers.
  return data as Data
}
