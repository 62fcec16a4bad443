import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SlackPeople } from './people.ts'
import type { World } from './world.ts'

/** Takes the bytes of a file, as they are or in a form, which is what the SDK sends. */
export async function receiveUpload(
  world: World,
  request: IncomingMessage,
  url: URL,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  const file = world.files.get(url.pathname.split('/').at(-1) ?? '')
  if (file === undefined) {
    response.writeHead(404).end('no such upload')
    return
  }
  file.bytes = await bytesIn(body, request.headers['content-type'] ?? '')
  response.writeHead(200, { 'content-type': 'text/plain' }).end(`OK - ${file.bytes.byteLength}`)
}

async function bytesIn(body: Buffer, type: string): Promise<Uint8Array> {
  if (!type.startsWith('multipart/form-data')) return body
  const blob = new Response(new Uint8Array(body), { headers: { 'content-type': type } })
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- a test server of small bodies
  const [part] = [...(await blob.formData()).values()]
  if (typeof part === 'string' || part === undefined) return Buffer.from(part ?? '')
  return new Uint8Array(await part.arrayBuffer())
}

/** Gives a file to a bot of its workspace; anybody else is led to the page where people sign in. */
export function serveFile(
  slack: SlackPeople,
  request: IncomingMessage,
  url: URL,
  response: ServerResponse,
): void {
  const [, teamId = '', id = ''] = /^\/files-pri\/([A-Z0-9]+)-([A-Z0-9]+)\//.exec(url.pathname) ?? []
  const file = slack.world.files.get(id)
  const tokens = slack.apps.flatMap(({ installations }) => installations.get(teamId)?.token ?? [])
  const isKnown = tokens.some((token) => request.headers.authorization === `Bearer ${token}`)
  if (!isKnown || file?.teamId !== teamId) {
    response.writeHead(302, { location: `${slack.url}/?redir=${encodeURIComponent(url.pathname)}` }).end()
    return
  }
  response.writeHead(200, { 'content-type': file.mediaType }).end(file.bytes)
}
