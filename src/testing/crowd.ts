import { setTimeout as wait } from 'node:timers/promises'
import type { CrowdAnswer, CrowdChat } from './crowd-chats.ts'
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

const number = /^m(\d+):/
/** How many of their messages people let wait before they write on. */
const patience = 3
const quietEndMs = 500

/**
 * People with an echo for an agent, each in a chat of their own, who number what they write. Most messages are a
 * few words; some are so long that they need two messages as an answer.
 */
export class Crowd {
  readonly #people: { chat: CrowdChat; written: string[] }[]
  readonly #random: () => number
  readonly #pauseMs: number
  readonly #longLength: number
  readonly #isUnconfirmed: () => boolean
  #isWriting = true

  constructor(
    chats: readonly CrowdChat[],
    options: { seed: number; pauseMs: number; longLength: number; isUnconfirmed?: () => boolean },
  ) {
    this.#people = chats.map((chat) => ({ chat, written: [] }))
    this.#random = seededRandom(options.seed)
    this.#pauseMs = options.pauseMs
    this.#longLength = options.longLength
    this.#isUnconfirmed = options.isUnconfirmed ?? (() => false)
  }

  /** Connects everybody to one account, one after the other. */
  async connect(account: Person, channel: string): Promise<void> {
    await account.untilConnectable(channel)
    for (const { chat } of this.#people) {
      chat.write(`/connect ${await account.connectCode(channel)}`)
      while (!chat.answers().some(({ text }) => text.startsWith('Connected as'))) await wait(20)
    }
  }

  /** Everybody begins to write, until `settle`. */
  start(): void {
    for (const person of this.#people) void this.#write(person, seededRandom(this.#random() * 2 ** 32))
  }

  /** Nobody writes any more. Resolves with the account when all is answered or nothing has moved for `patienceMs`. */
  async settle(patienceMs: number): Promise<Account> {
    this.#isWriting = false
    let before = ''
    for (let quietMs = 0; quietMs < patienceMs; quietMs += 100) {
      const { lost, cutOff } = this.account()
      // A second answer would come soon after the first.
      if (lost + cutOff === 0 && quietMs >= quietEndMs) break
      const now = JSON.stringify(this.#people.map(({ chat }) => chat.answers().map(({ text }) => text)))
      if (now !== before) quietMs = 0
      before = now
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
    for (const { chat, written } of this.#people) addChat(sum, chat.answers(), written)
    return sum
  }

  /** What the bot is in the middle of, as far as it can be seen from outside. */
  phases(): Phase[] {
    const { cutOff, answeredOnce } = this.account()
    const last = this.#people.map(({ chat }) => chat.answers().at(-1)?.text)
    const isIn: Record<Phase, boolean> = {
      'updates unconfirmed': this.#isUnconfirmed(),
      'placeholder open': last.some((text) => text !== undefined && isPlaceholder(text)),
      'text growing': cutOff > 0,
      'nothing to do': answeredOnce === this.#written,
    }
    return phases.filter((phase) => isIn[phase])
  }

  get #written(): number {
    return this.#people.reduce((sum, { written }) => sum + written.length, 0)
  }

  async #write({ chat, written }: { chat: CrowdChat; written: string[] }, random: () => number) {
    for (;;) {
      await wait(this.#pauseMs * (0.2 + 1.6 * random()))
      if (!this.#isWriting) return
      const begun = new Set(chat.answers().map(({ text }) => indexOf(text)))
      if (written.length - begun.size >= patience) continue
      const words = Array.from({ length: 1 + Math.floor(random() * 5) }, () => word(random))
      const text = `m${written.length}: ${random() < 0.05 ? '&'.repeat(this.#longLength) : words.join(' ')}`
      written.push(text)
      chat.write(text)
    }
  }
}

function addChat(sum: Account, messages: readonly CrowdAnswer[], written: readonly string[]): void {
  const answers: { index: number; text: string }[] = []
  for (const { text, history } of messages) {
    const index = indexOf(text)
    const last = answers.at(-1)
    // Another answer that this message showed for a while.
    sum.secondAnswers += new Set(
      history.map(indexOf).filter((one) => one !== undefined && one !== index),
    ).size
    if (index !== undefined) answers.push({ index, text })
    else if (isPlaceholder(text)) sum.orphans++
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

/** What stands where an answer will be; a platform's own growing message begins empty. */
function isPlaceholder(text: string): boolean {
  return text === '…' || text === ''
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
