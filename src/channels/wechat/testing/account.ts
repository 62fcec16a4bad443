import { randomBytes } from 'node:crypto'
import type { SimulatedFile } from '../../testing/simulated-platform.ts'
import { WechatChat } from './chat.ts'
import { FileStore } from './file-store.ts'
import { Updates } from './updates.ts'

export interface WechatPerson {
  id: string
  name: string
}

/** `JSON.rawJSON` is not yet in the compiler's library. */
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown }

/** Beyond 2^53, as the platform's are. */
let lastId = 9_007_199_254_740_993_000n

/** A bot as the platform knows it. */
export class WechatAccount {
  readonly id: string
  readonly name: string
  readonly token: string
  readonly updates = new Updates()
  readonly files = new FileStore()
  readonly chats = new Map<string, WechatChat>()
  /** The login is refused until the bot says that it has started. */
  isStale = false
  isRevoked = false
  readonly #now: () => number

  constructor(name: string, now: () => number) {
    this.name = name
    this.id = `${randomBytes(6).toString('hex')}@im.bot`
    this.token = `${this.id}:${randomBytes(24).toString('base64url')}`
    this.#now = now
  }

  chat(personId: string): WechatChat {
    let chat = this.chats.get(personId)
    if (chat === undefined) this.chats.set(personId, (chat = new WechatChat()))
    return chat
  }

  /** A person writes; `over` replaces fields of the message on the wire. */
  write(person: WechatPerson, text: string, over: Readonly<Record<string, unknown>> = {}): string {
    return this.#receive(person, { text, files: [] }, [{ type: 1, text_item: { text } }], over)
  }

  sendFile(person: WechatPerson, file: SimulatedFile): string {
    const item = file.mediaType.startsWith('image/')
      ? { type: 2, image_item: { media: this.files.put(file, 'bytes') } }
      : file.mediaType.startsWith('video/')
        ? { type: 5, video_item: { media: this.files.put(file, 'hex') } }
        : {
            type: 4,
            file_item: {
              media: this.files.put(file, 'hex'),
              file_name: file.name,
              len: String(file.bytes.length),
            },
          }
    return this.#receive(person, { text: '', files: [file] }, [item])
  }

  /** A voice note, with what the platform understood. */
  speak(person: WechatPerson, bytes: Uint8Array, transcript: string): string {
    const file = { name: 'voice.silk', mediaType: 'audio/silk', bytes }
    const voice_item = {
      media: this.files.put(file, 'hex'),
      encode_type: 6,
      playtime: 2_000,
      text: transcript,
    }
    return this.#receive(person, { text: '', files: [file] }, [{ type: 3, voice_item }])
  }

  newId(): string {
    lastId += 1n
    return String(lastId)
  }

  #receive(
    person: WechatPerson,
    content: { text: string; files: SimulatedFile[] },
    items: readonly object[],
    over: Readonly<Record<string, unknown>> = {},
  ): string {
    const id = this.newId()
    const chat = this.chat(person.id)
    chat.open(randomBytes(32).toString('base64'), this.#now())
    chat.add({ id, fromBot: false, ...content })
    this.updates.add({
      message_id: rawJSON(id),
      from_user_id: person.id,
      to_user_id: this.id,
      create_time_ms: chat.openedAt,
      session_id: `${this.id}#${person.id}`,
      message_type: 1,
      message_state: 2,
      item_list: items,
      context_token: chat.contextToken,
      ...over,
    })
    return id
  }
}
