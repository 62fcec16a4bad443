import type { FastifyBaseLogger } from 'fastify'
import type { Channels, ShownLoginStep } from '../../channels/channels.ts'
import { GatewayError } from '../../lib/errors.ts'
import type { Linking } from '../../linking/linking.ts'
import { answers } from '../schemas.ts'
import { streamEvents, type StreamedEvent } from '../sse.ts'
import { callerOf, type App } from '../types.ts'
import { administratorsOnly, credentialsRefusal } from './administrators-only.ts'
import { ByProvider, viewerOf, viewProvider } from './schemas.ts'

export function loginProvider(app: App, channels: Channels, linking: Linking): void {
  app.post(
    '/api/channels/:provider/login',
    {
      config: { access: 'user' },
      preValidation: administratorsOnly(credentialsRefusal),
      schema: {
        summary: 'Get the credentials of a channel by steps with a person, such as a QR code to scan',
        description:
          'Server-sent events, one step each: `{step: "show", text, qr, expires_at}` with the content of a QR code to ' +
          'draw instead of the one before, `{step: "wait", text}`, `{step: "ask", text, login_id}` for something to type ' +
          '(`POST /api/channels/logins/{login_id}`), and at the end `{step: "done", provider}` with the ' +
          'channel as it is now, or `{step: "failed", code, text}`. Closing the request ends the login.',
        tags: ['channels'],
        params: ByProvider,
        produces: ['text/event-stream'],
        response: answers({}, [400, 404]),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const { provider } = request.params
      const login = channels.login(provider, caller)
      const view = async () =>
        viewProvider(await channels.provider(provider, await viewerOf(caller, linking)))
      await streamEvents(reply, (signal) => numbered(shown(login(signal), view, request.log)))
    },
  )
}

async function* shown(
  steps: AsyncIterable<ShownLoginStep>,
  view: () => Promise<ReturnType<typeof viewProvider>>,
  log: FastifyBaseLogger,
): AsyncIterable<object> {
  try {
    for await (const step of steps) {
      if (step.kind === 'show') {
        const { text, qr, expiresAt } = step
        yield { step: 'show', text, qr, expires_at: new Date(expiresAt).toISOString() }
      } else if (step.kind === 'wait') yield { step: 'wait', text: step.text }
      else if (step.kind === 'ask') yield { step: 'ask', text: step.text, login_id: step.loginId }
      else yield { step: 'done', provider: await view() }
    }
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    log.warn({ err: error }, 'a login to a channel failed')
    yield { step: 'failed', code: error.code, text: error.detail }
  }
}

async function* numbered(steps: AsyncIterable<object>): AsyncIterable<StreamedEvent> {
  let id = 0
  for await (const step of steps) yield { id: ++id, data: JSON.stringify(step) }
}
