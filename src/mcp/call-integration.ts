import { Readable } from 'node:stream'
import { Type, type Static } from 'typebox'
import { GatewayError } from '../lib/errors.ts'
import { jsonOf, stringOf } from '../lib/json.ts'
import type { ProxyAnswer, ProxyRequest } from '../proxy/proxy.ts'
import { inputOf } from './input.ts'
import type { AddTool } from './mcp.ts'
import { answering, asJson, showLink } from './results.ts'

const Input = Type.Object(
  {
    provider: Type.String({ maxLength: 40, description: 'As list_integrations names it.' }),
    method: Type.Optional(Type.Enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])),
    path: Type.String({
      maxLength: 8_000,
      description:
        "A path of the service's API with its query, such as /user/repos?per_page=5, or one of its https URLs.",
    }),
    headers: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 2_000 }))),
    body: Type.Optional(Type.Unknown({ description: 'A text, or JSON that is sent as such.' })),
    credential_id: Type.Optional(
      Type.String({ maxLength: 60, description: 'A certain account, where the person has several.' }),
    ),
    wait_seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 300,
        description: 'How long to wait for the person to connect or to approve.',
      }),
    ),
  },
  { additionalProperties: false },
)

const maxAnswerBytes = 262_144

/** Sends one request to a service with the person's account. */
export const callIntegration: AddTool = (server, { proxy, log }, caller) => {
  server.registerTool(
    'call_integration',
    {
      title: 'Use an integration',
      description:
        "Sends a request to a service's HTTP API with the person's account, and returns its answer. The secret is " +
        'added on the way. What writes may need the approval of the person, who is asked in the chat.',
      inputSchema: inputOf(Input),
      annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: true },
    },
    (input, context) =>
      answering(log, async () => {
        try {
          return asJson(await readAnswer(await proxy.send(caller, requestOf(input, context.mcpReq.signal))))
        } catch (error) {
          const url = error instanceof GatewayError ? stringOf(error.members['connect_url']) : ''
          if (url === '' || !(error instanceof GatewayError)) throw error
          return showLink(context, { message: error.detail, url })
        }
      }),
  )
}

function requestOf(input: Static<typeof Input>, signal: AbortSignal): ProxyRequest {
  const { provider, method = 'GET', path, headers = {}, body, credential_id, wait_seconds = 0 } = input
  const lowered = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json'
  return {
    provider,
    method,
    path: path.replace(/^\/+/, ''),
    headers: text === undefined ? lowered : { 'content-type': type, ...lowered },
    body: text === undefined ? null : Readable.from([Buffer.from(text)]),
    ...(credential_id === undefined ? {} : { credentialId: credential_id }),
    waitMs: wait_seconds * 1_000,
    signal,
  }
}

/** Texts as they are and JSON as such; of anything else only what it is. */
async function readAnswer({ status, headers, body }: ProxyAnswer): Promise<Record<string, unknown>> {
  const type = stringOf([headers['content-type']].flat()[0])
  const link = stringOf([headers['link']].flat()[0])
  const about = { status, content_type: type, ...(link === '' ? {} : { link }) }
  const { bytes, isCut } = await readUpTo(body, maxAnswerBytes)
  if (
    !/^text\/|[/+](json|xml|javascript|x-www-form-urlencoded|graphql|yaml)\b/.test(type) &&
    bytes.length > 0
  )
    return {
      ...about,
      body: null,
      detail: `${bytes.length}${isCut ? ' or more' : ''} bytes that are no text.`,
    }
  const text = bytes.toString('utf8')
  if (isCut) return { ...about, body: text, detail: `Cut after ${maxAnswerBytes} bytes.` }
  return { ...about, body: /\bjson\b/.test(type) ? (jsonOf(text) ?? text) : text }
}

async function readUpTo(body: Readable, limit: number): Promise<{ bytes: Buffer; isCut: boolean }> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of body as AsyncIterable<Buffer>) {
    pieces.push(piece)
    size += piece.length
    // Leaving the loop destroys the stream, and with it the request to the provider.
    if (size > limit) break
  }
  return { bytes: Buffer.concat(pieces).subarray(0, limit), isCut: size > limit }
}
