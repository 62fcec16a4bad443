import type { SimulatedBot, SimulatedPlatform } from '../channels/testing/simulated-platform.ts'
import type { TelegramSimulator } from '../channels/telegram/testing/simulator.ts'

/** The private chat of one person of a crowd with the bot. */
export interface CrowdChat {
  write(text: string): void
  /** What stands there from the bot, oldest first. */
  answers(): readonly CrowdAnswer[]
}

export interface CrowdAnswer {
  text: string
  /** Earlier texts, where the simulator keeps them. */
  history: readonly string[]
}

/** Chats of that many people, on any platform. */
export function chatsOn(platform: SimulatedPlatform, bot: SimulatedBot, people: number): CrowdChat[] {
  return Array.from({ length: people }, (_, index) => {
    const person = platform.addPerson(`Person ${index + 1}`)
    const room = bot.directRoom(person)
    return {
      write: (text) => room.write(person, text),
      answers: () => room.messages().flatMap(({ from, text }) => (from.isBot ? [{ text, history: [] }] : [])),
    }
  })
}

/** The same on Telegram, with what messages showed before they were edited. */
export function chatsOnTelegram(telegram: TelegramSimulator, token: string, people: number): CrowdChat[] {
  return Array.from({ length: people }, (_, index) => {
    const phone = telegram.person({ id: 2_000 + index })
    return {
      write: (text) => phone.writes(token, text),
      answers: () => phone.chatWith(token).messages.filter(({ from }) => from.is_bot),
    }
  })
}
