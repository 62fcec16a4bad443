import type { Tokens } from '../../tokens/tokens.ts'
import type { App } from '../types.ts'
import { issueToken } from './issue-token.ts'
import { listTokens } from './list-tokens.ts'
import { revokeToken } from './revoke-token.ts'

/** /api/tokens: for people only, a program makes no tokens. */
export function registerTokenRoutes(app: App, tokens: Tokens): void {
  listTokens(app, tokens)
  issueToken(app, tokens)
  revokeToken(app, tokens)
}
