import { Type } from 'typebox'
import type { Linking } from '../../linking/linking.ts'
import { answers, Timestamp } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'

const NullableString = Type.Union([Type.String(), Type.Null()])

const ApprovalView = Type.Object(
  {
    id: Type.String(),
    made_in: Type.Enum(['app', 'chat'], {
      description: '`app`: type the number that the chat shows. `chat`: send `number` in the chat.',
    }),
    provider: Type.String(),
    external_account_name: NullableString,
    username: NullableString,
    number: NullableString,
    tries_left: Type.Integer(),
    created_at: Timestamp,
    expires_at: Timestamp,
  },
  { title: 'ChannelApproval' },
)

export function listApprovals(app: App, linking: Linking): void {
  app.get(
    '/api/channels/approvals',
    {
      config: { access: 'user' },
      schema: {
        summary: "The caller's connections that wait for a number, newest first",
        tags: ['channels'],
        response: answers({ 200: Type.Object({ approvals: Type.Array(ApprovalView) }) }),
      },
    },
    async (request) => {
      const approvals = await linking.approvals.list(callerOf(request).userId)
      return {
        approvals: approvals.map((approval) => ({
          id: approval.id,
          made_in: approval.madeIn,
          provider: approval.channel,
          external_account_name: approval.externalName,
          username: approval.username,
          number: approval.number,
          tries_left: approval.triesLeft,
          created_at: approval.createdAt.toISOString(),
          expires_at: approval.expiresAt.toISOString(),
        })),
      }
    },
  )
}
