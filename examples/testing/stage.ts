import { expect, onTestFinished } from 'vitest'
import { ScriptedAgent } from '../../src/conversations/testing/scripted-agent.ts'
import type { Person } from '../../src/testing/person.ts'
import { createWorld, type World } from '../../src/testing/world.ts'

/** Portico as a bot author finds it: with an agent, a person, and a key for their bot. */
export interface Stage {
  world: World
  agent: ScriptedAgent
  ada: Person
  key: string
  /** Opens the link in a bot's message, signed in as Ada, and confirms; the number to send where one is asked for. */
  confirms: (text: string) => Promise<string | undefined>
  /** Who wrote, in order, in Ada's only conversation. */
  history: () => Promise<string[]>
}

export async function setStage(approval: 'one' | 'both' = 'one'): Promise<Stage> {
  const agent = new ScriptedAgent()
  const world = await createWorld({
    yaml: `linking: { approval: ${approval} }\n`,
    overrides: { agents: new Map([['default', agent]]) },
  })
  onTestFinished(() => world.stop())
  const ada = await world.person('Ada')
  const { key } = await ada.post<{ key: string }>('/api/bot-keys', { name: 'Helper' })
  return {
    world,
    agent,
    ada,
    key,
    async confirms(text) {
      const token = /\/link\/([\w-]+)/.exec(text)?.[1] ?? ''
      const answer = await ada.post<{ approval?: { number: string } }>(
        `/api/platform-linking/tokens/${token}/confirm`,
        undefined,
      )
      return answer.approval?.number
    },
    async history() {
      const { conversations } = await ada.conversations()
      expect(conversations).toHaveLength(1)
      const { messages } = await ada.messages(conversations[0]?.id ?? '')
      return messages.map(({ role }) => role)
    },
  }
}
