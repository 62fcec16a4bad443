import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { WebhookReceiver } from '../../channels/webhook-receiver.ts'
import { answers } from '../schemas.ts'
import type { App } from '../types.ts'

/** Of the platforms only GitHub sends more than 1 MiB: https://docs.github.com/en/webhooks/webhook-events-and-payloads */
const bodyLimit = 25 * 1024 * 1024

/**
 * The one route that platforms call. The body stays as it came, since signatures cover its bytes; the bot's channel
 * verifies it before it parses anything.
 */
export function receiveWebhook(app: App, webhooks: WebhookReceiver): void {
  void app.register(async (raw: App) => {
    raw.removeAllContentTypeParsers()
    raw.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_, body, done) => done(null, body))
    raw.route({
      method: ['GET', 'POST'],
      url: '/webhooks/:channel/:botId',
      config: { access: 'public' },
      bodyLimit,
      schema: {
        summary: 'What a platform delivers to a bot; proven by the platform’s own signature',
        tags: ['webhooks'],
        params: Type.Object({ channel: Type.String(), botId: Type.String() }),
        response: answers({ 200: Type.String() }, [400, 401, 403, 404, 503]),
      },
      async handler(request, reply) {
        const { channel, botId } = request.params
        const { status, contentType, body } = await webhooks.receive(channel, botId, webhookOf(request))
        return reply
          .code(status as 200)
          .header('content-type', contentType)
          .serializer((text: string) => text)
          .send(body)
      },
    })
  })
}

function webhookOf({ method, headers, query, body }: FastifyRequest) {
  const single = (values: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    )
  return {
    method: method === 'GET' ? ('GET' as const) : ('POST' as const),
    headers: single(headers),
    query: single(query as Record<string, unknown>),
    body: Buffer.isBuffer(body) ? body : new Uint8Array(),
  }
}
