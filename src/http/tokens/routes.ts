import type { Tokens } from '../../tokens/tokens.ts'
import type { App } from '../types.ts'
import { changeToken } from './change-token.ts'
import { importTokens } from './import-tokens.ts'
import { issueToken } from './issue-token.ts'
import { listTokens } from './list-tokens.ts'
import { readToken } from './read-token.ts'
import { readTokenUsage } from './read-usage.ts'
import { revokeToken } from './revoke-token.ts'
import { rotateToken } from './rotate-token.ts'
import { readUserLimits, setUserLimits } from './user-limits.ts'

/** /api/tokens: for people only, a program makes no tokens. */
export function registerTokenRoutes(app: App, tokens: Tokens): void {
  listTokens(app, tokens)
  issueToken(app, tokens)
  importTokens(app, tokens)
  readToken(app, tokens)
  readTokenUsage(app, tokens)
  changeToken(app, tokens)
  rotateToken(app, tokens)
  revokeToken(app, tokens)
  readUserLimits(app, tokens)
  setUserLimits(app, tokens)
}
