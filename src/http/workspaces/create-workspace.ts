import { Type } from 'typebox'
import type { Workspaces } from '../../identity/identity.ts'
import { answers, closed } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { viewWorkspace, WorkspaceView } from './schemas.ts'

export function createWorkspace(app: App, workspaces: Workspaces): void {
  app.post(
    '/api/workspaces',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Make a workspace; the caller becomes its administrator',
        tags: ['workspaces'],
        body: Type.Object({ name: Type.String({ minLength: 1, maxLength: 200 }) }, closed),
        response: answers({ 201: WorkspaceView }),
      },
    },
    async (request, reply) => {
      const workspace = await workspaces.create(callerOf(request), request.body.name)
      return reply.status(201).send(viewWorkspace(workspace))
    },
  )
}
