import type { Tokens } from '../../tokens/tokens.ts'
import type { App } from '../types.ts'
import { forwardAuth } from './forward-auth.ts'
import { introspectToken } from './introspect-token.ts'
import { verifyToken } from './verify-token.ts'

/** The checks that other services ask for: /api/tokens/verify, /forward-auth, /oauth/introspect */
export function registerTokenChecks(app: App, tokens: Pick<Tokens, 'checkAt'>, publicUrl: string): void {
  verifyToken(app, tokens)
  forwardAuth(app, tokens)
  introspectToken(app, tokens, publicUrl)
}
