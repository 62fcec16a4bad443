import { fieldsOf, listOf, stringOf } from '../../lib/json.ts'
import {
  KeyWrapperError,
  post,
  purpose,
  type Answer,
  type KeyWrapper,
  type KeyWrapperTools,
} from './key-wrapper.ts'

export interface VaultTransitSettings {
  /** Without a slash at the end. */
  address: string
  token: string
  namespace?: string
  /** Where the transit engine is mounted. */
  mount: string
  key: string
}

const service = 'Vault'

/**
 * The transit engine of HashiCorp Vault and OpenBao; its key must be of an AEAD type, as usual ones are.
 * https://developer.hashicorp.com/vault/api-docs/secret/transit#encrypt-data
 */
export function createVaultTransit(settings: VaultTransitSettings, tools: KeyWrapperTools): KeyWrapper {
  const associated = { associated_data: Buffer.from(purpose).toString('base64') }
  return {
    kind: 'vault-transit',
    wrap: (bytes) =>
      call(settings, tools, 'encrypt', 'ciphertext', {
        ...associated,
        plaintext: Buffer.from(bytes).toString('base64'),
      }),
    async unwrap(text) {
      const body = { ...associated, ciphertext: text }
      return Buffer.from(await call(settings, tools, 'decrypt', 'plaintext', body), 'base64')
    },
  }
}

async function call(
  { address, token, namespace, mount, key }: VaultTransitSettings,
  tools: KeyWrapperTools,
  operation: 'encrypt' | 'decrypt',
  field: string,
  content: object,
): Promise<string> {
  const headers = {
    'content-type': 'application/json',
    'x-vault-token': token,
    // A Vault Agent in between may demand it, against forged requests.
    'x-vault-request': 'true',
    ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
  }
  const url = `${address}/v1/${mount}/${operation}/${encodeURIComponent(key)}`
  const answer = await post(tools, service, url, { headers, body: JSON.stringify(content) })
  const result = stringOf(fieldsOf(fieldsOf(answer.body)['data'])[field])
  if (answer.status !== 200 || result === '') throw refusal(answer)
  return result
}

/** Errors are an HTTP status and a list of texts, which are compared and not repeated. */
function refusal({ status, body }: Answer): KeyWrapperError {
  const errors = listOf(fieldsOf(body)['errors']).map(stringOf)
  return new KeyWrapperError(service, `HTTP ${status}`, adviceOn(status, errors))
}

function adviceOn(status: number, errors: readonly string[]): string {
  if (status === 403)
    return 'VAULT_TOKEN is unknown, has expired, or lacks update on encrypt and decrypt of the transit key.'
  if (status === 404)
    return 'there is no transit engine at this mount: check PORTICO_KEY_WRAPPER and VAULT_ADDR.'
  if (status === 503) return 'it is sealed or a standby: unseal it.'
  if (errors.some((error) => error.includes('key not found')))
    return 'there is no such transit key: check PORTICO_KEY_WRAPPER.'
  if (errors.some((error) => error.includes('non-AEAD')))
    return 'the transit key must be of type aes256-gcm96, aes128-gcm96 or chacha20-poly1305.'
  if (status === 400)
    return 'the file of keys was altered, or wrapped by another transit key than PORTICO_KEY_WRAPPER names: put the copy back.'
  return 'try again later.'
}
