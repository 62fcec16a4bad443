import type { AgentDefinition, AgentEvent, AgentTurn } from '../../agent.ts'
import { untilAborted } from '../../until-aborted.ts'
import { demonstrations, sums } from './demonstrations.ts'
import type { Language, Rule, Words } from './rule.ts'
import { createStage, type Stage } from './stage.ts'
import { notUnderstood, topics } from './topics.ts'

/**
 * The agent of a fresh installation: it explains Portico and shows what a real agent would do, by rules alone.
 * It keeps nothing: what was shown before, it reads from the conversation's history.
 */
export const guide: AgentDefinition = {
  kind: 'guide',
  displayName: 'Guide',
  fields: [],
  create(_settings, dependencies) {
    return { run: (turn, signal) => untilAborted(answer(turn, createStage(dependencies, signal)), signal) }
  },
}

async function* answer(turn: AgentTurn, stage: Stage): AsyncGenerator<AgentEvent> {
  const { text } = turn.message
  const language: Language = /\p{Script=Han}/u.test(text) ? 'zh' : 'en'
  const reply = ruleFor(text)?.answer ?? notUnderstood
  if (typeof reply === 'function') yield* reply({ text, language, turn }, stage)
  else yield* stage.say(reply[language].replaceAll('{person}', () => turn.user.name))
  const suggestion = suggest(turn)
  if (suggestion !== undefined) yield* stage.say(`\n\n${suggestion[language]}`)
  yield* stage.close()
}

const greetings: Rule = {
  pattern: /^\s*(hi|hello|hey|good (morning|afternoon|evening)|\/start|start)\b|你好|您好|早上好|晚上好/iu,
  answer: {
    en: `Hello {person}. I am the guide of **Portico**, the front door of an AI agent. I answer by rules, so that you can
try everything before a real agent stands here.

Ask me *what is Portico*, *how to connect a chat*, *how to plug in a real agent*, or *what commands there are*.`,
    zh: `你好，{person}。我是 **Portico** 的向导。Portico 是智能体的大门；我只按规则回答，让你在接入真正的智能体之前把一切试一遍。

可以问我：*Portico 是什么*、*怎么连接聊天*、*怎么接入自己的模型*、*有哪些命令*。`,
  },
}

const rules: readonly Rule[] = [sums, ...demonstrations, ...topics, greetings]

/** What to try next: the first demonstration that this conversation has not seen yet. */
function suggest(turn: AgentTurn): Words | undefined {
  const now = ruleFor(turn.message.text)
  const seen = new Set([
    now,
    ...turn.history.map(({ role, text }) => (role === 'user' ? ruleFor(text) : undefined)),
  ])
  const next = demonstrations.find((demonstration) => !seen.has(demonstration))
  if (next !== undefined)
    return {
      en: `To see more, write **${next.invitation.en}**.`,
      zh: `接下来可以写：**${next.invitation.zh}**。`,
    }
  return demonstrations.some((demonstration) => demonstration === now) ? lastSuggestion : undefined
}

function ruleFor(text: string): Rule | undefined {
  return rules.find(({ pattern }) => pattern.test(text))
}

const lastSuggestion: Words = {
  en: 'You have seen all that I can show. Ask me *how to plug in a real agent*.',
  zh: '我能展示的你都看过了。可以问我*怎么接入自己的模型*。',
}
