import { Cancelled, type Prompts } from '../prompts.ts'

type Answer = string | boolean | readonly string[]

/** Answers questions in the order of `script`, each entry a part of the question and its answer; keeps what was said. */
export class ScriptedPrompts implements Prompts {
  readonly said: string[] = []
  readonly drawn: string[] = []
  readonly #script: [question: string, answer: Answer][]

  constructor(script: readonly [question: string, answer: Answer][]) {
    this.#script = [...script]
  }

  /** Questions that were not asked. */
  get left(): string[] {
    return this.#script.map(([question]) => question)
  }

  choose: Prompts['choose'] = async ({ message, options }) => {
    const answer = String(this.#answer(message))
    if (!options.some(({ value }) => value === answer)) throw new Error(`${message} has no option ${answer}.`)
    return answer
  }

  chooseSome: Prompts['chooseSome'] = async ({ message }) => this.#answer(message) as string[]
  text: Prompts['text'] = async (question) => this.#typed(question)
  secret: Prompts['secret'] = async (question) => this.#typed(question)
  confirm: Prompts['confirm'] = async ({ message }) => this.#answer(message) === true
  say: Prompts['say'] = (text) => void this.said.push(text)
  draw: Prompts['draw'] = (text) => void this.drawn.push(text)
  during: Prompts['during'] = async (_text, work) => await work

  /** Asked again until the check is content; `=` keeps what is there. */
  #typed(question: Parameters<Prompts['text']>[0]): string {
    for (;;) {
      const answer = String(this.#answer(question.message))
      const typed = answer === '=' ? (question.initial ?? '') : answer
      const problem = question.check?.(typed)
      if (problem === undefined) return typed
      this.said.push(problem)
    }
  }

  #answer(message: string): Answer {
    const [question, answer] = this.#script.shift() ?? []
    if (question === undefined || answer === undefined) throw new Cancelled()
    if (!message.includes(question)) throw new Error(`Asked "${message}" where "${question}" was expected.`)
    return answer
  }
}
