import { Type } from 'typebox'
import type { Tokens } from '../../tokens/tokens.ts'
import { answers, closed } from '../schemas.ts'
import { ReceiptView, viewReceipt } from '../tokens/schemas.ts'
import { callerOf, type App } from '../types.ts'
import { AgentView, type ConfiguredAgents } from './schemas.ts'

export function changeAgent(app: App, tokens: Pick<Tokens, 'switchAgent'>, agents: ConfiguredAgents): void {
  app.patch(
    '/api/agents/:name',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Take an agent out of use, with the API tokens that are kept to it, or back',
        tags: ['agents'],
        params: Type.Object({ name: Type.String() }),
        body: Type.Object({ disabled: Type.Boolean() }, closed),
        response: answers({ 200: Type.Object({ ...AgentView.properties, receipt: ReceiptView }) }, [404]),
      },
    },
    async (request) => {
      const { name } = request.params
      const { disabled } = request.body
      const receipt = await tokens.switchAgent(callerOf(request), name, disabled)
      return { name, kind: agents.get(name) ?? '', disabled, receipt: viewReceipt(receipt) }
    },
  )
}
