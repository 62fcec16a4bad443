import { Type } from 'typebox'
import type { Workspaces } from '../../identity/identity.ts'
import type { Tokens } from '../../tokens/tokens.ts'
import { answers, closed } from '../schemas.ts'
import { ReceiptView, viewReceipt } from '../tokens/schemas.ts'
import { callerOf, type App } from '../types.ts'
import { InWorkspace, viewWorkspace, WorkspaceView } from './schemas.ts'

export function changeWorkspace(
  app: App,
  { workspaces, tokens }: { workspaces: Workspaces; tokens: Pick<Tokens, 'receipt'> },
): void {
  app.patch(
    '/api/workspaces/:id',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Take a workspace out of use, with all its API tokens, or back',
        tags: ['workspaces'],
        params: InWorkspace,
        body: Type.Object({ disabled: Type.Boolean() }, closed),
        response: answers(
          { 200: Type.Object({ ...WorkspaceView.properties, receipt: ReceiptView }) },
          [404, 409],
        ),
      },
    },
    async (request) => {
      const { disabled } = request.body
      const workspace = await workspaces.setDisabled(callerOf(request), request.params.id, disabled)
      return { ...viewWorkspace(workspace), receipt: viewReceipt(await tokens.receipt()) }
    },
  )
}
