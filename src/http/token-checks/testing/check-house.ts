import type { AddressInfo } from 'node:net'
import type { NewToken } from '../../../tokens/tokens.ts'
import { signUp, startGateway, type TestGateway, type TestGatewayOptions } from '../../testing/gateway.ts'

type Principal = Parameters<TestGateway['tokens']['issue']>[0]

export interface CheckHouse {
  gateway: TestGateway
  /** Where it listens. */
  origin: string
  port: number
  admin: Principal
  issue(token?: Partial<NewToken>): Promise<{ id: string; secret: string }>
  /** With VERIFY_TOKENS. */
  asker: string
  stop(): Promise<void>
}

/** A server on a socket, with an administrator and a token of theirs that may ask about others. */
export async function openCheckHouse(options: TestGatewayOptions = {}): Promise<CheckHouse> {
  const gateway = await startGateway(options)
  const visitor = await signUp(gateway.app, { name: 'Root', email: 'root@example.org' })
  const admin = await gateway.identity.authenticate(visitor.headers)
  if (admin === undefined) throw new Error('Nobody is signed in.')
  const issue = async (token: Partial<NewToken> = {}) => {
    const { token: made, secret } = await gateway.tokens.issue(admin, {
      name: 'Backup',
      permissions: ['documents:read'],
      ...token,
    })
    return { id: made.id, secret }
  }
  const { secret: asker } = await issue({ name: 'Asker', permissions: ['VERIFY_TOKENS'] })
  await gateway.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = gateway.app.server.address() as AddressInfo
  return {
    gateway,
    origin: `http://127.0.0.1:${port}`,
    port,
    admin,
    issue,
    asker,
    stop: () => gateway.stop(),
  }
}
