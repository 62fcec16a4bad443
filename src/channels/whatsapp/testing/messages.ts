import type { SimulatedNumber } from './number.ts'
import { GraphRefusal, invalidParameter } from './refusal.ts'
import type { Room } from './room.ts'

type Json = Readonly<Record<string, unknown>>

/** `POST /<number>/messages`: checks a message as the platform does and lets it arrive. */
export function takeMessage(number: SimulatedNumber, message: Json): unknown {
  if (message['messaging_product'] !== 'whatsapp') throw invalidParameter('messaging_product')
  if (message['status'] === 'read') return takeRead(number, message)
  const to = recipientOf(message)
  const room = number.rooms.get(to)
  if (room === undefined) throw new GraphRefusal(400, 131026, 'Message undeliverable')
  const id = take(number, room, message)
  if (isSending(message)) number.tellArrival(id, to)
  return {
    messaging_product: 'whatsapp',
    contacts: [{ input: to, wa_id: to }],
    messages: [{ id }],
  }
}

/** Numbers go to `to`, user ids to `recipient`: in `to` a user id would be taken for a number. */
function recipientOf(message: Json): string {
  const number = text(message['to'])
  if (number !== '' && !/^\d+$/.test(number)) throw invalidParameter('to')
  const id = number === '' ? text(message['recipient']) : number
  if (id === '' || message['recipient_type'] !== 'individual') throw invalidParameter('recipient')
  return id
}

/** Whether a call brings something new to the person. */
export function isSending(message: Json): boolean {
  return message['status'] === undefined && message['type'] !== 'reaction'
}

function takeRead(number: SimulatedNumber, message: Json): unknown {
  const messageId = text(message['message_id'])
  const room = [...number.rooms.values()].find((one) => one.has(messageId))
  if (room === undefined) throw invalidParameter('message_id')
  room.read.push({ messageId, isTyping: message['typing_indicator'] !== undefined })
  return { success: true }
}

const dayMs = 24 * 60 * 60 * 1000

function take(number: SimulatedNumber, room: Room, message: Json): string {
  const type = text(message['type'])
  const content = object(message[type])
  if (type === 'template') return takeTemplate(number, room, content)
  if (number.now() - room.lastInboundAt >= dayMs)
    throw new GraphRefusal(400, 131047, 'Re-engagement message', {
      details: 'More than 24 hours have passed since the recipient last replied.',
    })
  if (type === 'reaction') {
    if (!room.mark(text(content['message_id']), text(content['emoji'])))
      throw invalidParameter('reaction.message_id')
    return number.nextMessageId()
  }
  if (type === 'text') return room.receive({ text: limited(content['body'], 4096, 'text.body') })
  if (type === 'interactive') return takeButtons(room, content)
  if (!['image', 'audio', 'video', 'document'].includes(type)) throw invalidParameter('type')
  const file = number.media.find(text(content['id']))
  if (file === undefined) throw new GraphRefusal(400, 131053, 'Media upload error')
  const name = content['filename']
  return room.receive({ files: [{ ...file, ...(typeof name === 'string' && { name }) }] })
}

function takeTemplate(number: SimulatedNumber, room: Room, template: Json): string {
  const name = text(template['name'])
  if (!number.templates.has(name)) throw new GraphRefusal(404, 132001, 'Template name does not exist')
  room.templates.push(name)
  return number.nextMessageId()
}

function takeButtons(room: Room, interactive: Json): string {
  const body = limited(object(interactive['body'])['text'], 1024, 'interactive.body.text')
  const list = object(interactive['action'])['buttons']
  if (!Array.isArray(list) || list.length < 1 || list.length > 3) throw invalidParameter('buttons')
  const buttons = list.map((button: unknown) => {
    const reply = object(object(button)['reply'])
    return { id: limited(reply['id'], 256, 'reply.id'), title: limited(reply['title'], 20, 'reply.title') }
  })
  if (new Set(buttons.map(({ title }) => title)).size < buttons.length) throw invalidParameter('title')
  return room.receive({ text: body, buttons })
}

function limited(value: unknown, length: number, name: string): string {
  const given = text(value)
  if (given === '' || given.length > length) throw invalidParameter(name)
  return given
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}
