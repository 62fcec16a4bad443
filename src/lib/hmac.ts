import { createHmac, timingSafeEqual } from 'node:crypto'

/** Whether `signature` (hex, either case) is the HMAC-SHA256 of the body; compares in constant time. RFC 2104 */
export function isSigned(body: Uint8Array, secret: string, signature: string | undefined): boolean {
  if (signature === undefined || !/^[0-9a-fA-F]{64}$/.test(signature)) return false
  return timingSafeEqual(createHmac('sha256', secret).update(body).digest(), Buffer.from(signature, 'hex'))
}
