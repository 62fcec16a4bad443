import { randomBytes } from 'node:crypto'
import type { SimulatedFile } from '../../testing/simulated-platform.ts'
import type { BotAccount } from './bot.ts'
import { refusals } from './refusal.ts'
import type { Room } from './room.ts'
import { shown } from './shown.ts'

type Body = Record<string, unknown>

/** Longer bodies are refused. */
const maxBodyBytes = 20_000

/** Calls that need no token, by path. */
export function openCalls(
  bots: Iterable<BotAccount>,
  streamUrl: string,
): Record<string, (body: Body) => object> {
  const find = (id: unknown, secret: unknown) =>
    [...bots].find((bot) => bot.clientId === id && bot.clientSecret === secret && !bot.faults.isRevoked)
  return {
    'POST /v1.0/oauth2/accessToken'({ appKey, appSecret }) {
      const bot = find(appKey, appSecret)
      if (bot === undefined) throw refusals.credentials()
      bot.tokenCalls += 1
      const accessToken = randomBytes(16).toString('hex')
      bot.tokens.add(accessToken)
      return { accessToken, expireIn: 7200 }
    },

    'POST /v1.0/gateway/connections/open'({ clientId, clientSecret, subscriptions }) {
      const known = [...bots].find((bot) => bot.clientId === clientId)
      if (known !== undefined) known.gatewayCalls += 1
      const bot = find(clientId, clientSecret)
      if (bot === undefined) throw refusals.gateway()
      if (!Array.isArray(subscriptions)) throw refusals.parameter('subscriptions')
      const ticket = randomBytes(16).toString('hex')
      bot.tickets.add(ticket)
      return { endpoint: streamUrl, ticket }
    },
  }
}

/** Calls of a robot, by path. */
export const calls: Readonly<Record<string, (bot: BotAccount, body: Body, url: string) => object>> = {
  'POST /v1.0/robot/oToMessages/batchSend'(bot, body) {
    const [userId] = Array.isArray(body['userIds']) ? (body['userIds'] as unknown[]) : []
    const room = bot.chatWith(String(userId))
    if (room === undefined)
      return { processQueryKey: '', invalidStaffIdList: [userId], flowControlledStaffIdList: [] }
    post(bot, room, body)
    return {
      processQueryKey: randomBytes(9).toString('base64'),
      invalidStaffIdList: [],
      flowControlledStaffIdList: [],
    }
  },

  'POST /v1.0/robot/groupMessages/send'(bot, body) {
    const room = bot.rooms.get(String(body['openConversationId']))
    if (room?.kind !== 'group') throw refusals.conversation()
    post(bot, room, body)
    return { processQueryKey: randomBytes(9).toString('base64') }
  },

  'POST /v1.0/card/instances/createAndDeliver'(bot, body) {
    if (body['cardTemplateId'] !== bot.cardTemplateId) throw refusals.template()
    const space = String(body['openSpaceId']).replace('dtv1.card//', '')
    const [kind, id = ''] = space.split(/\.(.*)/s)
    const room = kind === 'IM_ROBOT' ? bot.chatWith(id) : bot.rooms.get(id)
    if (room === undefined) {
      return {
        success: true,
        result: { deliverResults: [{ success: false, errorMsg: 'spaces of card is empty' }] },
      }
    }
    const { cardParamMap } = body['cardData'] as { cardParamMap: Record<string, string> }
    const outTrackId = String(body['outTrackId'])
    if (!room.messages().some((message) => message.id === outTrackId)) {
      room.show({ id: outTrackId, text: shown(cardParamMap['content'] ?? ''), isGrowing: true })
    }
    return {
      success: true,
      result: { outTrackId, deliverResults: [{ success: true, spaceType: kind, spaceId: id }] },
    }
  },

  'PUT /v1.0/card/streaming'(bot, body) {
    const messages = [...bot.rooms.values()].flatMap((room) => room.messages())
    const card = messages.find(({ id }) => id === body['outTrackId'])
    if (card === undefined) throw refusals.card()
    if (typeof body['guid'] !== 'string' || body['key'] !== 'content') throw refusals.parameter('key')
    card.text = shown(String(body['content']))
    card.isGrowing = body['isFinalize'] !== true
    return { success: true, result: true }
  },

  'POST /v1.0/robot/messageFiles/download'(bot, body, url) {
    const code = String(body['downloadCode'])
    if (body['robotCode'] !== bot.robotCode) throw refusals.robot()
    if (!bot.downloads.has(code)) throw refusals.parameter('downloadCode')
    return { downloadUrl: `${url}/files/${encodeURIComponent(code)}` }
  },
}

/** Paths whose calls can get a fault of sending. */
export const sendingPaths = /\/robot\/(oToMessages|groupMessages)\/|\/card\/instances\//

function post(bot: BotAccount, room: Room, body: Body): void {
  if (body['robotCode'] !== bot.robotCode) throw refusals.robot()
  const raw = String(body['msgParam'])
  if (Buffer.byteLength(raw) > maxBodyBytes) throw refusals.parameter('msgParam')
  const parameters = JSON.parse(raw) as Record<string, string>
  room.show(contentOf(bot, String(body['msgKey']), parameters))
}

function contentOf(bot: BotAccount, msgKey: string, parameters: Record<string, string>) {
  switch (msgKey) {
    case 'sampleText':
      return { text: parameters['content'] ?? '' }
    case 'sampleMarkdown':
      if (!parameters['title']) throw refusals.parameter('title')
      return { text: shown(parameters['text'] ?? '') }
    case 'sampleFile':
      return { files: [uploaded(bot, parameters['mediaId'], parameters['fileName'])] }
    case 'sampleImageMsg':
      return { files: [uploaded(bot, parameters['photoURL'])] }
    default:
      return cardOf(msgKey, parameters)
  }
}

function cardOf(msgKey: string, parameters: Record<string, string>) {
  const count = /^sampleActionCard([2-5]?)$/.exec(msgKey)?.[1]
  if (count === undefined) throw refusals.parameter('msgKey')
  const links: Record<string, string> = {}
  const add = (label = '', link = '') => (links[label] = link)
  if (count === '') add(parameters['singleTitle'], parameters['singleURL'])
  for (let index = 1; index <= Number(count); index += 1) {
    add(parameters[`actionTitle${index}`], parameters[`actionURL${index}`])
  }
  return { text: shown(parameters['text'] ?? ''), links, buttons: Object.keys(links) }
}

function uploaded(bot: BotAccount, mediaId = '', name?: string): SimulatedFile {
  const file = bot.uploads.get(mediaId)
  if (file === undefined) throw refusals.parameter('mediaId')
  return name === undefined ? file : { ...file, name }
}
