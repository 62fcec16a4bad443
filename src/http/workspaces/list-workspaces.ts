import { Type } from 'typebox'
import type { Workspaces } from '../../identity/identity.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { viewWorkspace, WorkspaceView } from './schemas.ts'

export function listWorkspaces(app: App, workspaces: Workspaces): void {
  app.get(
    '/api/workspaces',
    {
      config: { access: 'user' },
      schema: {
        summary: "The caller's workspaces, oldest first; all of them for administrators",
        tags: ['workspaces'],
        response: answers({ 200: Type.Object({ workspaces: Type.Array(WorkspaceView) }) }),
      },
    },
    async (request) => {
      const found = await workspaces.list(callerOf(request))
      return { workspaces: found.map(viewWorkspace) }
    },
  )
}
