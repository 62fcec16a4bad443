import { createHmac } from 'node:crypto'

/**
 * The value of the header `webhook-signature` for a request whose `webhook-id` is `id` and whose `webhook-timestamp`
 * is `timestamp` (whole seconds since the Unix epoch): `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64.
 * `body` must be sent byte for byte as it was signed. While a secret is exchanged for another, the header may hold one
 * signature of each, with a space between. Throws TypeError, without the secret, where it is none.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function sign(secret: string, id: string, timestamp: number, body: string | Uint8Array): string {
  const key = keyOf(secret)
  if (key === undefined)
    throw new TypeError('The secret of a webhook must be whsec_ and 24 to 64 bytes of base64.')
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`
}

/** Whether a text is a secret that the specification allows: `whsec_` and 24 to 64 bytes in base64. */
export function isSigningSecret(text: string): boolean {
  return keyOf(text) !== undefined
}

function keyOf(secret: string): Buffer | undefined {
  const base64 = /^whsec_((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/.exec(secret)?.[1]
  if (base64 === undefined) return undefined
  const key = Buffer.from(base64, 'base64')
  return key.length >= 24 && key.length <= 64 ? key : undefined
}
