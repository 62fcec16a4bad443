import type { SimulatedBot } from './platform.ts'
import { tooManyRequests } from './refusal.ts'

export interface FloodLimits {
  /** Calls per second in one chat and for the whole bot; those above are refused for a while. */
  perChat: number
  perBot: number
}

/** As https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this describes, in windows of seconds. */
export const realLimits: FloodLimits = { perChat: 3, perBot: 30 }
const penaltySeconds = 5

/** Refuses who calls too often, and everything of theirs until the penalty is over. */
export class FloodGuard {
  limits: FloodLimits | undefined
  readonly #calls = new Map<string, number[]>()
  readonly #until = new Map<string, number>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Throws the refusal of a call that sends something. */
  count(bot: SimulatedBot, chatId: number): void {
    if (this.limits === undefined) return
    const { perBot, perChat } = this.limits
    this.#count(bot.token, perBot)
    this.#count(`${bot.token}/${chatId}`, perChat)
  }

  #count(who: string, limit: number): void {
    const now = this.#now()
    const until = this.#until.get(who) ?? 0
    if (now < until) throw tooManyRequests(Math.ceil((until - now) / 1000))
    const recent = (this.#calls.get(who) ?? []).filter((at) => now - at < 1000)
    this.#calls.set(who, [...recent, now])
    if (recent.length < limit) return
    this.#until.set(who, now + penaltySeconds * 1000)
    throw tooManyRequests(penaltySeconds)
  }
}
