import { Type } from 'typebox'
import type { Invitations } from '../../identity/identity.ts'
import { answers, closed } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { InvitationView, InWorkspace, viewInvitation } from './schemas.ts'

const Body = Type.Object(
  {
    email: Type.String({ format: 'email', maxLength: 320 }),
    role: Type.Optional(Type.Union([Type.Literal('admin'), Type.Literal('member')])),
  },
  closed,
)

const Created = Type.Object({
  ...InvitationView.properties,
  token: Type.String({ description: 'Told this once.' }),
  url: Type.String({ description: 'Where the invited person signs up.' }),
})

export function createInvitation(app: App, invitations: Invitations, publicUrl: string): void {
  app.post(
    '/api/workspaces/:id/invitations',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Invite an email address to a workspace (its administrators); valid once, for seven days',
        tags: ['workspaces'],
        params: InWorkspace,
        body: Body,
        response: answers({ 201: Created }, [403, 404]),
      },
    },
    async (request, reply) => {
      const { email, role = 'member' } = request.body
      const invitation = await invitations.invite(callerOf(request), request.params.id, { email, role })
      // In the fragment, so that the token reaches no server's log.
      const url = new URL(`/sign-up#invitation=${invitation.token}`, publicUrl).href
      return reply.status(201).send({ ...viewInvitation(invitation), token: invitation.token, url })
    },
  )
}
