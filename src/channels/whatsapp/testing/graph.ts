import { createHmac } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isSending, takeMessage } from './messages.ts'
import type { SimulatedNumber } from './number.ts'
import { GraphRefusal, invalidParameter } from './refusal.ts'

/** Types that can be uploaded: https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media */
const mediaTypes =
  /^(image\/(jpeg|png|webp)|audio\/(aac|amr|mpeg|mp4|ogg)|video\/(mp4|3gpp)|text\/plain|application\/(pdf|msword|vnd\..+))$/

/** Answers one request of the Graph API. */
export async function answerGraph(
  numbers: readonly SimulatedNumber[],
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', origin)
  const body = Buffer.concat((await request.toArray()) as Buffer[])
  const bearer = request.headers.authorization?.replace('Bearer ', '')
  const number = numbers.find(({ settings, isRevoked }) => settings.access_token === bearer && !isRevoked)
  if (number === undefined) throw new GraphRefusal(401, 190, 'Invalid OAuth access token.')
  const [, version, id = '', edge] = url.pathname.split('/')
  if (version === 'download') {
    sendFile(number, id, response)
    return
  }
  if (request.method === 'GET') {
    answerGet(number, id, url, response)
    return
  }
  if (id !== number.settings.phone_number_id) throw invalidParameter(id)
  if (edge === 'messages') return answerMessage(number, body, response)
  if (edge === 'media') {
    send(response, 200, { id: await takeUpload(number, body, request) })
    return
  }
  throw new GraphRefusal(400, 2500, 'Unknown path components')
}

function answerGet(number: SimulatedNumber, id: string, url: URL, response: ServerResponse): void {
  const { access_token, app_secret, phone_number_id } = number.settings
  const proof = url.searchParams.get('appsecret_proof')
  if (proof !== createHmac('sha256', app_secret).update(access_token).digest('hex'))
    throw new GraphRefusal(400, 100, 'Invalid appsecret_proof provided in the API argument')
  if (id === phone_number_id) {
    if (number.isAway) {
      number.isAway = false
      response.destroy()
      return
    }
    const verified_name = number.name
    send(response, 200, { id, verified_name, display_phone_number: number.displayNumber })
    return
  }
  const file = number.media.find(id)
  if (file === undefined) throw invalidParameter(id)
  send(response, 200, {
    messaging_product: 'whatsapp',
    id,
    url: number.media.urls.get(id) ?? `${url.origin}/download/${id}`,
    mime_type: file.mediaType,
    file_size: file.bytes.byteLength,
  })
}

async function answerMessage(number: SimulatedNumber, body: Buffer, response: ServerResponse): Promise<void> {
  const message = JSON.parse(body.toString()) as Record<string, unknown>
  const fault = isSending(message) ? number.sendFaults.shift() : undefined
  if (fault === 'rate_limit')
    throw new GraphRefusal(429, 130429, 'Rate limit hit', { details: 'Message throughput limit reached.' })
  if (fault === 'pair_limit') throw new GraphRefusal(429, 131056, 'Pair rate limit hit')
  if (fault === 'drop_before') {
    response.destroy()
    return
  }
  const answer = takeMessage(number, message)
  if (fault === 'drop_after') {
    response.destroy()
    return
  }
  if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, 2000))
  send(response, 200, answer)
}

async function takeUpload(number: SimulatedNumber, body: Buffer, request: IncomingMessage): Promise<string> {
  const type = request.headers['content-type'] ?? ''
  const upload = new Response(new Uint8Array(body), { headers: { 'content-type': type } })
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- a test server of small bodies
  const form = await upload.formData()
  const file = form.get('file')
  if (form.get('messaging_product') !== 'whatsapp' || !(file instanceof File)) throw invalidParameter('file')
  if (!mediaTypes.test(file.type)) throw invalidParameter('file must be of a supported type')
  const bytes = new Uint8Array(await file.arrayBuffer())
  return number.media.add({ name: file.name, mediaType: file.type, bytes })
}

function sendFile(number: SimulatedNumber, id: string, response: ServerResponse): void {
  const file = number.media.find(id)
  if (file === undefined) throw new GraphRefusal(404, 100, 'no such file')
  response.writeHead(200, { 'content-type': file.mediaType }).end(file.bytes)
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
