import { call, type PorticoClient } from './call.ts'
import { readLively } from './lively-stream.ts'
import type { paths } from './schema.ts'

type Providers = paths['/api/channels/providers']['get']['responses'][200]['content']['application/json']

/** What happens in a login to a channel, `done` or `failed` last. */
export type ChannelLoginStep =
  /** Draw `qr` instead of the code before. */
  | { step: 'show'; text: string; qr: string; expires_at: string }
  | { step: 'wait'; text: string }
  /** `POST /api/channels/logins/{login_id}` takes what the person types. */
  | { step: 'ask'; text: string; login_id: string }
  | { step: 'done'; provider: Providers['providers'][number] }
  | { step: 'failed'; code: string; text: string }

/**
 * Logs a channel in by steps with a person, such as a QR code to scan. Leaving the loop, or `signal`, ends the login.
 * Throws PorticoError when the server refuses to begin, and an Error when the stream is cut: a login that was cut
 * has to begin anew.
 */
export async function* logInToChannel(
  client: PorticoClient,
  options: { provider: string; signal?: AbortSignal; idleMs?: number },
): AsyncGenerator<ChannelLoginStep> {
  const open = (signal: AbortSignal) =>
    call(
      client.POST('/api/channels/{provider}/login', {
        params: { path: { provider: options.provider } },
        headers: { accept: 'text/event-stream' },
        parseAs: 'stream',
        signal,
      }),
    )
  for await (const { data } of readLively(open, options)) {
    if (data === '[DONE]') return
    yield JSON.parse(data) as ChannelLoginStep
  }
  throw new Error('The login was cut.')
}
