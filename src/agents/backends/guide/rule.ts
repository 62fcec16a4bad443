import type { AgentEvent, AgentTurn } from '../../agent.ts'
import type { Stage } from './stage.ts'

export type Language = 'en' | 'zh'

/** One sentence or text in every language that the guide speaks. */
export type Words = Readonly<Record<Language, string>>

/** The guide answers a message by the first rule whose pattern it matches. */
export interface Rule {
  pattern: RegExp
  answer: Words | Answer
}

/** An answer that does more than speak. */
export type Answer = (ask: Ask, stage: Stage) => AsyncIterable<AgentEvent>

export interface Ask {
  text: string
  language: Language
  turn: AgentTurn
}

/** A rule that shows something, and what to write to see it. */
export interface Demonstration extends Rule {
  invitation: Words
}
