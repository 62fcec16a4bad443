import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { fieldsOf, jsonOf, stringOf } from '../../../lib/json.ts'
import { open, seal } from './sealing.ts'
import { startService, type Reply } from './service.ts'

/** The transit engine as Vault and OpenBao have it: tokens, mounts, an AEAD key, their errors. */
export interface VaultServer {
  url: string
  token: string
  key: string
  /** The operations that were carried out. */
  log: string[]
  isSealed: boolean
  stop(): Promise<void>
}

export async function startVaultServer(mount = 'transit'): Promise<VaultServer> {
  const bytes = randomBytes(32)
  const answer = (request: IncomingMessage, body: Buffer): Reply => {
    if (state.isSealed) return failure(503, 'Vault is sealed')
    if (request.headers['x-vault-token'] !== state.token) return failure(403, 'permission denied')
    const path = new URL(request.url ?? '', 'http://x').pathname
    const [, engine, operation, name] = /^\/v1\/(.+)\/(encrypt|decrypt)\/([\w.-]+)$/.exec(path) ?? []
    if (engine !== mount)
      return failure(404, `no handler for route "${path.slice(4)}". route entry not found.`)
    // A policy with `update` alone does not let anybody make a key by encrypting with it.
    if (name !== state.key)
      return operation === 'encrypt'
        ? failure(403, 'permission denied')
        : failure(400, 'encryption key not found')
    const fields = fieldsOf(jsonOf(body.toString()))
    const associated = Buffer.from(stringOf(fields['associated_data']), 'base64').toString()
    const result =
      operation === 'encrypt'
        ? encrypt(stringOf(fields['plaintext']), associated)
        : decrypt(stringOf(fields['ciphertext']), associated)
    if (result.status === 200) state.log.push(String(operation))
    return result
  }
  const encrypt = (plaintext: string, associated: string): Reply => {
    if (!/^[A-Za-z0-9+/]+=*$/.test(plaintext)) return failure(400, 'failed to base64-decode plaintext')
    const sealed = seal(bytes, Buffer.from(plaintext, 'base64'), associated)
    return success({ ciphertext: `vault:v1:${sealed.toString('base64')}`, key_version: 1 })
  }
  const decrypt = (ciphertext: string, associated: string): Reply => {
    const [, sealed] = /^vault:v1:(.+)$/.exec(ciphertext) ?? []
    if (sealed === undefined) return failure(400, 'invalid ciphertext: no prefix')
    const plaintext = open(bytes, Buffer.from(sealed, 'base64'), associated)
    if (plaintext === undefined) return failure(400, 'cipher: message authentication failed')
    return success({ plaintext: plaintext.toString('base64') })
  }
  const service = await startService('application/json', answer)
  const state: VaultServer = {
    ...service,
    token: 's.notarealtoken',
    key: 'portico',
    log: [],
    isSealed: false,
  }
  return state
}

function success(data: object): Reply {
  const lease = { lease_id: '', renewable: false, lease_duration: 0 }
  return {
    status: 200,
    body: { request_id: randomUUID(), ...lease, data, wrap_info: null, warnings: null, auth: null },
  }
}

function failure(status: number, error: string): Reply {
  return { status, body: { errors: [error] } }
}
