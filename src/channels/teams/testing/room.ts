import { parseMarkdown, printPlain } from '../../../lib/markdown.ts'
import type {
  SimulatedFile,
  SimulatedMessage,
  SimulatedPerson,
  SimulatedRoom,
} from '../../testing/simulated-platform.ts'
import { accountOf, attachmentOf, buttonsOf, streamInfoOf, text as textOf, type Json } from './activity.ts'
import type { SimulatedTeamsBot } from './bot.ts'
import { ConnectorRefusal, streamRefused } from './refusal.ts'

interface RoomMessage {
  id: string
  from: { name: string; isBot: boolean }
  text: string
  /** Texts that it had before, oldest first. */
  history: string[]
  files: SimulatedFile[]
  buttons: { label: string; action: Json }[]
  stream?: { shown: string; sequence: number; startedAt: number; isEnded: boolean }
  /** The post in a channel that it is an answer to. */
  threadId?: string
}

const streamLifeMs = 120_000
/** 28 KB with everything that belongs to a message. */
const maxActivityBytes = 28 * 1024

/** A conversation as its people see it. */
export class Room implements SimulatedRoom {
  readonly id: string
  readonly title: string
  readonly kind: 'private' | 'group'
  readonly type: 'personal' | 'groupChat' | 'channel'
  /** How often the bot showed that it types. */
  typing = 0
  /** Streams are switched off for the people here. */
  allowsStreams = true
  /** The bot was removed. */
  isLeft = false
  readonly #bot: SimulatedTeamsBot
  readonly #messages: RoomMessage[] = []

  constructor(bot: SimulatedTeamsBot, fields: { id: string; title: string; type: Room['type'] }) {
    this.#bot = bot
    this.id = fields.id
    this.title = fields.title
    this.type = fields.type
    this.kind = fields.type === 'personal' ? 'private' : 'group'
  }

  /** In a channel `threadId` is the post that is answered; without it a new one begins. */
  write(
    person: SimulatedPerson,
    written: string,
    options: { aside?: boolean; threadId?: string } = {},
  ): string {
    const isSpoken = this.kind === 'group' && options.aside !== true
    const mention = `<at>${this.#bot.name}</at>`
    const mentioned = { id: this.#bot.accountId, name: this.#bot.name }
    return this.say(
      person,
      {
        type: 'message',
        textFormat: 'plain',
        text: isSpoken ? `${mention} ${written}` : written,
        ...(isSpoken && { entities: [{ type: 'mention', mentioned, text: mention }] }),
      },
      { text: written, ...(options.threadId !== undefined && { threadId: options.threadId }) },
    )
  }

  sendFile(person: SimulatedPerson, file: SimulatedFile): void {
    const attachment = attachmentOf(file, this.#bot.addFile(file), this.#bot.origin)
    this.say(person, { type: 'message', text: '', attachments: [attachment] }, { files: [file] })
  }

  press(person: SimulatedPerson, messageId: string, label: string): void {
    const button = this.#messages
      .find(({ id }) => id === messageId)
      ?.buttons.find((one) => one.label === label)
    if (button === undefined) throw new Error(`there is no button ${label}`)
    const data = button.action['data'] as { msteams: { text: string; value: unknown; displayText: string } }
    const { text, value, displayText } = data.msteams
    this.say(person, { type: 'message', text, value, replyToId: messageId }, { text: displayText })
  }

  /** Anything that a person can say or do, in the shape of an activity. */
  say(
    person: SimulatedPerson,
    activity: Json,
    seen: { text?: string; files?: SimulatedFile[]; threadId?: string } = {},
  ): string {
    const id = this.#bot.nextActivityId()
    const threadId = this.type === 'channel' ? (seen.threadId ?? id) : undefined
    const from = { name: person.name, isBot: false }
    const { text = '', files = [] } = seen
    if (activity['type'] === 'message')
      this.#messages.push({ id, from, text, files, history: [], buttons: [], ...(threadId && { threadId }) })
    const conversation = {
      conversationType: this.type,
      tenantId: this.#bot.settings.tenant_id,
      id: threadId === undefined ? this.id : `${this.id};messageid=${threadId}`,
      ...(this.kind === 'group' && { isGroup: true }),
    }
    this.#bot.deliver({ id, from: accountOf(person), conversation, ...activity })
    return id
  }

  messages(): SimulatedMessage[] {
    return this.#messages.map(({ id, from, text, files, buttons, stream }) => ({
      id,
      from,
      text: from.isBot ? printPlain(parseMarkdown(text)) : text,
      files,
      buttons: buttons.map(({ label }) => label),
      marks: [],
      isGrowing: stream?.isEnded === false,
    }))
  }

  find(id: string): RoomMessage | undefined {
    return this.#messages.find((message) => message.id === id)
  }

  /** `POST .../activities`; returns the id. */
  receive(activity: Json, threadId: string | undefined): string {
    if (this.isLeft) throw new ConnectorRefusal(403, 'BotNotInConversationRoster', 'The bot is not here.')
    if (JSON.stringify(activity).length > maxActivityBytes)
      throw new ConnectorRefusal(413, 'MessageSizeTooBig', 'Message size too large')
    const info = streamInfoOf(activity)
    if (info !== undefined) return this.#stream(activity, info)
    if (activity['type'] === 'typing') {
      this.typing += 1
      return this.#bot.nextActivityId()
    }
    return this.#add(activity, threadId)
  }

  /** `PUT .../activities/{id}` */
  replace(id: string, activity: Json): void {
    const message = this.#messages.find((one) => one.id === id && one.from.isBot)
    if (message === undefined)
      throw new ConnectorRefusal(404, 'ActivityNotFoundInConversation', 'No such one')
    if (JSON.stringify(activity).length > maxActivityBytes)
      throw new ConnectorRefusal(413, 'MessageSizeTooBig', 'Message size too large')
    this.#change(message, activity)
  }

  #add(activity: Json, threadId: string | undefined): string {
    const id = this.#bot.nextActivityId()
    const text = textOf(activity['text'])
    if (text === '' && buttonsOf(activity).length === 0)
      throw new ConnectorRefusal(400, 'BadSyntax', 'Activity resulted in an empty message')
    const from = { name: this.#bot.name, isBot: true }
    this.#messages.push({
      id,
      from,
      text,
      history: [],
      files: [],
      buttons: buttonsOf(activity),
      ...(threadId !== undefined && { threadId }),
    })
    return id
  }

  #change(message: RoomMessage, activity: Json): void {
    message.history.push(message.text)
    message.text = textOf(activity['text'])
    message.buttons = buttonsOf(activity)
    if (message.stream !== undefined) message.stream.isEnded = true
  }

  /** https://learn.microsoft.com/microsoftteams/platform/bots/streaming-ux#response-codes */
  #stream(activity: Json, info: Json): string {
    if (this.type !== 'personal') throw new ConnectorRefusal(405, 'MethodNotAllowed', 'Method Not Allowed')
    if (!this.allowsStreams) throw streamRefused('Content stream is not allowed')
    const { streamId } = info
    const text = textOf(activity['text'])
    if (streamId === undefined) {
      if (text === '')
        throw new ConnectorRefusal(400, 'BadRequest', 'Start streaming activities should include text')
      const id = this.#add(activity, undefined)
      this.find(id)!.stream = { shown: '', sequence: 1, startedAt: this.#bot.now(), isEnded: false }
      return id
    }
    const message = this.find(textOf(streamId))
    const stream = message?.stream
    if (message === undefined || stream === undefined) throw streamRefused('No such stream')
    if (stream.isEnded)
      throw streamRefused('Content stream is not allowed on an already completed streamed message')
    if (this.#bot.now() - stream.startedAt > streamLifeMs)
      throw streamRefused('Content stream finished due to exceeded streaming time.')
    if (!text.startsWith(stream.shown))
      throw streamRefused('Request streamed content should contain the previously streamed content.')
    if (info['streamType'] === 'final') {
      this.#change(message, activity)
      return message.id
    }
    const sequence = Number(info['streamSequence'])
    if (!(sequence > stream.sequence)) throw streamRefused('PreCondition failed: out of order')
    stream.sequence = sequence
    stream.shown = text
    message.history.push(message.text)
    message.text = text
    return message.id
  }
}
