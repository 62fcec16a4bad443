import type { Identity } from '../../identity/identity.ts'
import type { Catalogue, Connect, Credentials } from '../../integrations/integrations.ts'
import type { Db } from '../../storage/database.ts'
import type { App } from '../types.ts'
import { addCredential } from './add-credential.ts'
import { completeOAuth } from './complete-oauth.ts'
import { connectClient } from './connect-client.ts'
import { beginConnectLink, readConnectLink } from './connect-links.ts'
import { connectProvider } from './connect-provider.ts'
import { beginDeviceLogin, pollDeviceLogin } from './device-logins.ts'
import { finishConnect } from './finish-connect.ts'
import { initiateOAuth } from './initiate-oauth.ts'
import { listCredentials } from './list-credentials.ts'
import { listIntegrationProviders } from './list-providers.ts'
import { listRevocations } from './list-revocations.ts'
import { removeCredential } from './remove-credential.ts'
import { renameCredential } from './rename-credential.ts'
import { prefixes } from './schemas.ts'
import { decideUseApproval, listUseApprovals, type UseApprovalDesk } from './use-approvals.ts'

export interface IntegrationRouteDependencies {
  db: Db
  catalogue: Catalogue
  connect: Connect
  credentials: Credentials
  useApprovals: UseApprovalDesk
  identity: Pick<Identity, 'authenticate'>
  /** Where browsers reach this server. */
  publicUrl: string
}

/** /external-api/v1/integrations and /api/integrations, /oauth/callback */
export function registerIntegrationRoutes(app: App, deps: IntegrationRouteDependencies): void {
  for (const prefix of prefixes) {
    listIntegrationProviders(app, prefix, deps)
    initiateOAuth(app, prefix, deps)
    completeOAuth(app, prefix, deps)
    listCredentials(app, prefix, deps)
    addCredential(app, prefix, deps)
    renameCredential(app, prefix, deps)
    removeCredential(app, prefix, deps)
    listRevocations(app, prefix, deps)
    beginDeviceLogin(app, prefix, deps)
    pollDeviceLogin(app, prefix, deps)
  }
  connectProvider(app, deps)
  connectClient(app, deps)
  finishConnect(app, deps)
  readConnectLink(app, deps)
  beginConnectLink(app, deps)
  listUseApprovals(app, deps)
  decideUseApproval(app, deps)
}
