import type { IncomingMessage, ServerResponse } from 'node:http'
import { streamInfoOf, type Json } from './activity.ts'
import type { SimulatedTeamsBot } from './bot.ts'
import type { ConnectorKeys } from './keys.ts'
import { ConnectorRefusal } from './refusal.ts'

export interface TeamsWorld {
  origin: string
  bots: readonly SimulatedTeamsBot[]
  keys: ConnectorKeys
}

/** Answers one request: the login hosts, the Bot Connector and the files, all on one address. */
export async function answer(
  world: TeamsWorld,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', world.origin)
  const body = Buffer.concat((await request.toArray()) as Buffer[]).toString()
  const path = url.pathname
  if (path === '/v1/.well-known/openidconfiguration') {
    send(response, 200, {
      issuer: 'https://api.botframework.com',
      jwks_uri: `${world.origin}/v1/.well-known/keys`,
      id_token_signing_alg_values_supported: ['RS256'],
    })
  } else if (path === '/v1/.well-known/keys') send(response, 200, world.keys.published())
  else if (path.endsWith('/oauth2/v2.0/token')) giveToken(world, path, body, response)
  else if (path.startsWith('/download/')) sendFile(world, path.slice(10), response)
  else if (path.startsWith('/teams/v3/'))
    await answerConnector(world, request, path.slice(10), body, response)
  else throw new ConnectorRefusal(404, 'NotFound', 'Not Found')
}

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#error-response */
function giveToken(world: TeamsWorld, path: string, body: string, response: ServerResponse): void {
  const form = new URLSearchParams(body)
  const [, tenant] = path.split('/')
  const bot = world.bots.find(({ settings }) => settings.app_id === form.get('client_id'))
  if (bot?.isAway === true) {
    bot.isAway = false
    response.destroy()
    return
  }
  if (bot === undefined || tenant !== bot.settings.tenant_id) {
    const error_description = 'AADSTS700016: Application was not found in the directory.\r\nTrace ID: 1'
    send(response, 400, { error: 'unauthorized_client', error_description })
  } else if (bot.isRevoked || form.get('client_secret') !== bot.settings.app_password) {
    const error_description = 'AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 2'
    send(response, 401, { error: 'invalid_client', error_description })
  } else {
    const access_token = tokenFor(bot)
    bot.tokens.add(access_token)
    send(response, 200, { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token })
  }
}

/** The shape of a JWT, which the official SDK reads; only this simulator believes it. */
function tokenFor(bot: SimulatedTeamsBot): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    aud: 'https://api.botframework.com',
    appid: bot.settings.app_id,
    exp: bot.now() / 1000 + 3599,
  }
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.sim-token-${bot.nextActivityId()}`
}

async function answerConnector(
  world: TeamsWorld,
  request: IncomingMessage,
  path: string,
  body: string,
  response: ServerResponse,
): Promise<void> {
  const token = request.headers.authorization?.replace('Bearer ', '') ?? ''
  const bot = world.bots.find(({ tokens }) => tokens.has(token))
  if (bot === undefined)
    throw new ConnectorRefusal(401, 'Unauthorized', 'Authorization has been denied for this request.')
  const [group, id = '', edge, activityId] = path.split('/').map(decodeURIComponent)
  if (group === 'attachments') {
    sendFile(world, id, response)
    return
  }
  if (group !== 'conversations' || edge !== 'activities')
    throw new ConnectorRefusal(404, 'NotFound', 'Not Found')
  const activity = JSON.parse(body) as Json
  const fault = isSending(activity) ? bot.sendFaults.shift() : undefined
  refuse(fault)
  if (fault === 'drop_before') {
    response.destroy()
    return
  }
  const [roomId = '', threadId] = id.split(';messageid=')
  const room = bot.rooms.get(roomId)
  if (room === undefined) throw new ConnectorRefusal(404, 'ConversationNotFound', 'Conversation not found.')
  const isNew = request.method === 'POST'
  const sentId = isNew ? room.receive(activity, threadId) : activityId!
  if (!isNew) room.replace(sentId, activity)
  if (fault === 'drop_after') {
    response.destroy()
    return
  }
  if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, 2000))
  send(response, isNew ? 201 : 200, { id: sentId })
}

function isSending(activity: Json): boolean {
  return activity['type'] === 'message' || streamInfoOf(activity) !== undefined
}

function refuse(fault: string | undefined): void {
  if (fault === 'rate_limit')
    throw new ConnectorRefusal(429, 'TooManyRequests', 'Too many requests', { 'retry-after': '35' })
  if (fault === 'busy') throw new ConnectorRefusal(412, 'PreconditionFailed', 'Another change is under way')
}

function sendFile(world: TeamsWorld, id: string, response: ServerResponse): void {
  const file = world.bots.map(({ files }) => files.get(id)).find((one) => one !== undefined)
  if (file === undefined) throw new ConnectorRefusal(404, 'NotFound', 'no such file')
  response.writeHead(200, { 'content-type': file.mediaType }).end(file.bytes)
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
