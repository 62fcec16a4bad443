export { createCatalogue, findProviderProblems } from './catalogue.ts'
export type { Catalogue, ConfiguredProvider } from './catalogue.ts'
export type {
  BeginRequest,
  BrowserFlow,
  Callback,
  Connect,
  Connected,
  ConnectLinks,
  DeviceLogin,
  DevicePoll,
  Finished,
  Initiator,
  InitiateRequest,
  LinkInfo,
  LinkRequest,
  Wanted,
} from './connect/connect.ts'
export type {
  Credential,
  CredentialType,
  CredentialUse,
  Found,
  Need,
  OpenCredential,
  OpenSecret,
  Owner,
} from './credentials/credential.ts'
export type {
  CredentialNews,
  Credentials,
  NewCredential,
  Removed,
  Revocation,
} from './credentials/credentials.ts'
export { callbackPath } from './connect/dependencies.ts'
export { bearer, carry } from './injection.ts'
export { integrationErrors } from './errors.ts'
export { missingScopes } from './scopes.ts'
export { matchesHost, parseHostRule, type HostRule } from './host-rule.ts'
export { fillHost, fillText, fillUrl, namesIn } from './template.ts'
