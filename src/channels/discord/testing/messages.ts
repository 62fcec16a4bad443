import type { Body } from './body.ts'
import { refusals } from './refusal.ts'
import type { DiscordSimulator } from './simulator.ts'
import type { Application, Channel, Message } from './world.ts'

/** What may be sent as a message: https://docs.discord.com/developers/resources/message#create-message */
export function createMessage(
  discord: DiscordSimulator,
  application: Application,
  channel: Channel,
  { fields, files }: Body,
): Message {
  checkContent(fields, files.length)
  const known = repeated(discord, application, channel, fields)
  if (known !== undefined) return known
  const reference = fields['message_reference'] as
    { message_id: string; fail_if_not_exists?: boolean } | undefined
  const referenced = channel.messages.find(({ id }) => id === reference?.message_id)
  if (reference !== undefined && referenced === undefined && reference.fail_if_not_exists !== false) {
    throw refusals.form('message_reference', 'REPLIES_UNKNOWN_MESSAGE', 'Unknown message')
  }
  const message = discord.world.addMessage(channel, application.user, {
    type: referenced === undefined ? 0 : 19,
    content: textIn(fields, 'content'),
    components: (fields['components'] ?? []) as Message['components'],
    flags: Number(fields['flags'] ?? 0),
    attachments: files.map((file) => discord.world.keep(discord.url, channel, file)),
    ...(fields['nonce'] !== undefined && { nonce: textIn(fields, 'nonce') }),
    ...(referenced !== undefined && {
      message_reference: { message_id: referenced.id },
      referenced_message: referenced,
    }),
  })
  discord.ring(message, fields['allowed_mentions'])
  discord.tell('MESSAGE_CREATE', channel, message)
  return message
}

export function editMessage(
  discord: DiscordSimulator,
  application: Application,
  channel: Channel,
  message: Message,
  { fields }: Body,
): Message {
  if (message.author !== application.user) throw refusals.notTheAuthor()
  checkContent({ content: message.content, ...fields }, message.attachments.length)
  if (fields['content'] !== undefined) message.content = textIn(fields, 'content')
  if (fields['components'] !== undefined) message.components = fields['components'] as Message['components']
  message.edited_timestamp = new Date(discord.world.now()).toISOString()
  discord.tell('MESSAGE_UPDATE', channel, message)
  return message
}

/** A nonce that was used within the last minutes is the message of then. */
function repeated(
  discord: DiscordSimulator,
  application: Application,
  channel: Channel,
  fields: Body['fields'],
): Message | undefined {
  const { nonce } = fields
  if (nonce !== undefined && (typeof nonce !== 'string' || nonce.length > 25)) {
    throw refusals.form('nonce', 'NONCE_TYPE', 'Must be 25 or fewer in length.')
  }
  if (nonce === undefined || fields['enforce_nonce'] !== true) return undefined
  const since = discord.world.now() - 5 * 60_000
  return channel.messages.find(
    (message) =>
      message.author === application.user && message.nonce === nonce && Date.parse(message.timestamp) > since,
  )
}

function checkContent(fields: Body['fields'], files: number): void {
  const content = fields['content'] ?? ''
  if (typeof content !== 'string' || content.length > 2000) {
    throw refusals.form('content', 'BASE_TYPE_MAX_LENGTH', 'Must be 2000 or fewer in length.')
  }
  if (content.trim() === '' && files === 0) throw refusals.emptyMessage()
  const rows = (fields['components'] ?? []) as Message['components']
  const buttons = rows.flatMap(({ components }) => components)
  const isFine =
    rows.length <= 5 &&
    rows.every(({ components }) => components.length >= 1 && components.length <= 5) &&
    buttons.every(({ label, custom_id }) => label.length <= 80 && /^[\s\S]{1,100}$/.test(custom_id)) &&
    new Set(buttons.map(({ custom_id }) => custom_id)).size === buttons.length
  if (!isFine) throw refusals.form('components', 'COMPONENT_LAYOUT', 'The specified components are invalid.')
}

function textIn(fields: Body['fields'], name: string): string {
  const value = fields[name]
  return typeof value === 'string' ? value : ''
}
