/** What the server of the OAuth tests uses beside the part that identity/testing names; the package has no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  interface Provider {
    Grant: new (of: { accountId: string; clientId: string }) => Grant
    AccessToken: { find(token: string): Promise<FoundToken | undefined> }
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>
  }

  interface Grant {
    addOIDCScope(scope: string): void
    rejectOIDCScope(scope: string): void
    save(): Promise<string>
  }

  interface FoundToken {
    accountId?: string
    clientId: string
    scope?: string
  }

  interface Interaction {
    uid: string
    params: Readonly<Record<string, string | undefined>>
  }

  interface CheckContext {
    oidc: { result?: { login?: object } }
  }

  type Check = object

  export const interactionPolicy: {
    Check: new (reason: string, description: string, check: (context: CheckContext) => boolean) => Check
    base: () => { get(prompt: 'login'): { checks: { add(check: Check): void } } }
  }
}
