import { Type } from 'typebox'
import type { Tokens } from '../../tokens/tokens.ts'
import { answers } from '../schemas.ts'
import type { App } from '../types.ts'
import { AgentView, type ConfiguredAgents } from './schemas.ts'

/** For everybody, who may keep a token to one of them. */
export function listAgents(app: App, tokens: Pick<Tokens, 'disabledAgents'>, agents: ConfiguredAgents): void {
  app.get(
    '/api/agents',
    {
      config: { access: 'user' },
      schema: {
        summary: 'The configured agents, and which of them are out of use',
        tags: ['agents'],
        response: answers({ 200: Type.Object({ agents: Type.Array(AgentView) }) }),
      },
    },
    async () => {
      const disabled = await tokens.disabledAgents()
      return {
        agents: [...agents].map(([name, kind]) => ({ name, kind, disabled: disabled.has(name) })),
      }
    },
  )
}
