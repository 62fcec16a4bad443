import { createHmac } from 'node:crypto'

/**
 * The key by which the children of a secret are signed (docs/derived-tokens.md): whoever holds the secret can compute
 * it, and nobody can compute the secret from it. In base64url, as it is sealed for `api_token_secrets.derivation_key`.
 */
export function derivationKeyOf(secret: string): string {
  return createHmac('sha256', secret).update('portico derived token').digest('base64url')
}
