/** What a person at a terminal is asked and told, handed in so that tests can answer. All questions throw `Cancelled`. */
export interface Prompts {
  choose(question: Choice & { initial?: string }): Promise<string>
  chooseSome(question: Choice & { initial?: readonly string[] }): Promise<string[]>
  /** One line, trimmed; `check` says what is wrong with it. */
  text(question: { message: string; initial?: string; hint?: string; check?: Check }): Promise<string>
  /** The same, hidden while it is typed. */
  secret(question: { message: string; check?: Check }): Promise<string>
  confirm(question: { message: string; initial: boolean }): Promise<boolean>
  say(text: string, tone?: Tone): void
  /** As it is, such as a drawing. */
  draw(text: string): void
  /** Shows that something is being done until it is. */
  during<T>(text: string, work: Promise<T>): Promise<T>
}

export interface Choice {
  message: string
  options: readonly Option[]
}

export interface Option {
  value: string
  label: string
  hint?: string
}

export type Check = (value: string) => string | undefined
export type Tone = 'plain' | 'good' | 'bad'

/** The person wants no more questions. */
export class Cancelled extends Error {
  constructor() {
    super('Cancelled: nothing was written.')
    this.name = 'Cancelled'
  }
}
