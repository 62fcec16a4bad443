import { setTimeout as wait } from 'node:timers/promises'
import type { ChatMessage } from '../channels/telegram/testing/chat.ts'
import type { Person as Phone, TelegramSimulator } from '../channels/telegram/testing/simulator.ts'
import type { Person } from './person.ts'
import { seededRandom } from './random.ts'

/** What became of the messages of all people. */
export interface Account {
  written: number
  answeredOnce: number
  lost: number
  /** Begun answers that never got their whole text. */
  cutOff: number
  /** Answers beyond the first to a message, also such as were seen only for a while. */
  secondAnswers: number
  outOfOrder: number
  /** Placeholders that nothing ever filled. */
  orphans: number
  /** What is neither an answer nor a placeholder nor a notice. */
  strange: string[]
}

export const phases = ['updates unconfirmed', 'placeholder open', 'text growing', 'nothing to do'] as const
export type Phase = (typeof phases)[number]

const placeholder = '…'
const number = /^m(\d+):/
/** How many of their messages people let wait before they write on. */
const patience = 3

/**
 * People with an echo for an agent, each in a chat of their own, who number what they write. Most messages are a
 * few words; some need two messages as an answer, since `&` takes five characters in Telegram's HTML.
 */
export class Crowd {
  readonly #telegram: TelegramSimulator
  readonly #token: string
  readonly #people: { phone: Phone; written: string[] }[]
  readonly #random: () => number
  readonly #pauseMs: number
  #isWriting = true

  constructor(
    telegram: TelegramSimulator,
    options: { token: string; people: number; seed: number; pauseMs: number },
  ) {
    this.#telegram = telegram
    this.#token = options.token
    this.#random = seededRandom(options.seed)
    this.#pauseMs = options.pauseMs
    this.#people = Array.from({ length: options.people }, (_, index) => ({
      phone: telegram.person({ id: 1000 + index }),
      written: [],
    }))
  }

  /** Connects everybody to one account, one after the other. */
  async connect(account: Person): Promise<void> {
    await account.untilConnectable('telegram')
    for (const { phone } of this.#people) {
      phone.writes(this.#token, `/start ${await account.connectCode('telegram')}`)
      await phone.chatWith(this.#token).untilAnswer((text) => text.startsWith('Connected as'))
    }
  }

  /** Everybody begins to write, until `settle`. */
  start(): void {
    for (const person of this.#people) void this.#write(person, seededRandom(this.#random() * 2 ** 32))
  }

  /** Nobody writes any more. Resolves with the account when all is answered or nothing has moved for `patienceMs`. */
  async settle(patienceMs: number): Promise<Account> {
    this.#isWriting = false
    let version = -1
    for (let quietMs = 0; quietMs < patienceMs; quietMs += 100) {
      if (this.account().answeredOnce === this.#written) break
      const now = this.#people.reduce((sum, { phone }) => sum + phone.chatWith(this.#token).version, 0)
      if (now !== version) quietMs = 0
      version = now
      await wait(100)
    }
    return this.account()
  }

  account(): Account {
    const sum: Account = {
      written: this.#written,
      answeredOnce: 0,
      lost: 0,
      cutOff: 0,
      secondAnswers: 0,
      outOfOrder: 0,
      orphans: 0,
      strange: [],
    }
    for (const { phone, written } of this.#people) {
      const messages = phone.chatWith(this.#token).messages.filter(({ from }) => from.is_bot)
      addChat(sum, messages, written)
    }
    return sum
  }

  /** What the bot is in the middle of, as far as it can be seen from outside. */
  phases(): Phase[] {
    const { cutOff, answeredOnce } = this.account()
    const last = this.#people.map(({ phone }) => phone.chatWith(this.#token).messages.at(-1)?.text)
    const isIn: Record<Phase, boolean> = {
      'updates unconfirmed': (this.#telegram.bots.get(this.#token)?.updates.pending.length ?? 0) > 0,
      'placeholder open': last.includes(placeholder),
      'text growing': cutOff > 0,
      'nothing to do': answeredOnce === this.#written,
    }
    return phases.filter((phase) => isIn[phase])
  }

  get #written(): number {
    return this.#people.reduce((sum, { written }) => sum + written.length, 0)
  }

  async #write({ phone, written }: { phone: Phone; written: string[] }, random: () => number) {
    const chat = phone.chatWith(this.#token)
    for (;;) {
      await wait(this.#pauseMs * (0.2 + 1.6 * random()))
      if (!this.#isWriting) return
      const begun = new Set(chat.messages.map(({ from, text }) => (from.is_bot ? indexOf(text) : undefined)))
      if (written.length - begun.size >= patience) continue
      const words = Array.from({ length: 1 + Math.floor(random() * 5) }, () => word(random))
      const text = `m${written.length}: ${random() < 0.05 ? '&'.repeat(1200) : words.join(' ')}`
      written.push(text)
      phone.writes(this.#token, text)
    }
  }
}

function addChat(sum: Account, messages: readonly ChatMessage[], written: readonly string[]): void {
  const answers: { index: number; text: string }[] = []
  for (const { text, history } of messages) {
    const index = indexOf(text)
    const last = answers.at(-1)
    // Another answer that this message showed for a while.
    sum.secondAnswers += new Set(
      history.map(indexOf).filter((one) => one !== undefined && one !== index),
    ).size
    if (index !== undefined) answers.push({ index, text })
    else if (text === placeholder) sum.orphans++
    else if (/^&+$/.test(text) && last !== undefined) last.text += text
    else if (!/^(Connected as|One moment)/.test(text)) sum.strange.push(text.slice(0, 100))
  }
  for (const [index, text] of written.entries()) {
    const found = answers.filter((answer) => answer.index === index)
    const whole = found.filter((answer) => answer.text === text)
    if (found.length === 0) sum.lost++
    else if (whole.length === 0) sum.cutOff++
    else if (found.length === 1) sum.answeredOnce++
    sum.secondAnswers += Math.max(0, found.length - 1)
  }
  sum.outOfOrder += answers.filter(({ index }, place) => index < (answers[place - 1]?.index ?? -1)).length
}

function indexOf(text: string): number | undefined {
  const [, digits] = number.exec(text) ?? []
  return digits === undefined ? undefined : Number(digits)
}

function word(random: () => number): string {
  return random()
    .toString(36)
    .slice(2, 4 + Math.floor(random() * 8))
}
