import { Type } from 'typebox'
import type { Identity } from '../../identity/identity.ts'
import { answers } from '../schemas.ts'
import type { App } from '../types.ts'

const Setup = Type.Object(
  {
    needs_admin: Type.Boolean({ description: 'Nobody has signed up yet; the first becomes administrator.' }),
    auth_mode: Type.Union([Type.Literal('local'), Type.Literal('jwt'), Type.Literal('disabled')]),
    sign_up: Type.Union([Type.Literal('open'), Type.Literal('invitation'), Type.Literal('closed')]),
  },
  { title: 'Setup' },
)

export function readSetup(app: App, identity: Identity): void {
  app.get(
    '/api/setup',
    {
      config: { access: 'public' },
      schema: {
        summary: 'What a first screen must know before anybody signs in',
        tags: ['identity'],
        response: answers({ 200: Setup }),
      },
    },
    async () => {
      const { needsAdmin, authMode, signUp } = await identity.setup()
      return { needs_admin: needsAdmin, auth_mode: authMode, sign_up: signUp }
    },
  )
}
