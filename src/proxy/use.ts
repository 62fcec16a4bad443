import type {
  Catalogue,
  ConfiguredProvider,
  CredentialUse,
  Need,
  OpenCredential,
} from '../integrations/integrations.ts'
import type { ApprovalStore } from './approvals.ts'
import type { Limits } from './limits.ts'
import type { Asker, ProxyCaller, ProxyRequest } from './proxy.ts'
import type { RecordUse } from './record.ts'
import type { RequestBody } from './request-body.ts'
import type { Headers } from './request-headers.ts'
import type { Rules } from './rules.ts'
import type { AskedPath } from './target.ts'
import type { Upstream } from './upstream.ts'
import type { Patience, Waiting } from './waiting.ts'

/** What the steps of a use work with. */
export interface UseDependencies {
  catalogue: Pick<Catalogue, 'find'>
  credentials: CredentialUse
  approvals: ApprovalStore
  asker: Asker
  rules: Rules
  allowHosts: readonly string[]
  limits: Limits
  waiting: Waiting
  upstream: Upstream
  record: RecordUse
}

/** One request with a credential, as far as it is known. */
export interface Use {
  caller: ProxyCaller
  request: ProxyRequest
  provider: ConfiguredProvider
  asked: AskedPath
  /** The caller's headers that go on. */
  passed: Headers
  body: RequestBody
  patience: Patience
}

/** A credential, and where it is about to go. */
export interface Ready {
  credential: OpenCredential
  url: URL
}

export function needOf({ caller, request, asked }: Use): Need {
  return {
    workspaceId: caller.workspaceId,
    userId: caller.userId,
    provider: request.provider,
    ...(request.credentialId !== undefined && { credentialId: request.credentialId }),
    ...(asked.kind === 'url' && { url: asked.url }),
  }
}
