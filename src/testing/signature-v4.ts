import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export interface SigningKeys {
  accessKeyId: string
  secretAccessKey: string
  region: string
}

/**
 * What is wrong with how a request was signed; undefined: nothing. For requests without a query.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function wrongAboutSignature(
  request: IncomingMessage,
  body: Buffer,
  { service, mustSign, ...keys }: SigningKeys & { service: string; mustSign: readonly string[] },
): string | undefined {
  const header = (name: string) => String(request.headers[name] ?? '')
  const [, keyId, scope = '', signed = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(
      header('authorization'),
    ) ?? []
  if (keyId !== keys.accessKeyId) return 'the access key is unknown'
  const date = header('x-amz-date')
  const day = date.slice(0, 8)
  if (scope !== `${day}/${keys.region}/${service}/aws4_request`) return 'the scope is wrong'
  const names = signed.split(';')
  for (const name of ['host', 'x-amz-date', ...mustSign])
    if (!names.includes(name)) return `${name} is not signed`
  const canonical = [
    request.method,
    request.url,
    '',
    ...names.map((name) => `${name}:${header(name).trim()}`),
    '',
    signed,
    sha256(body),
  ].join('\n')
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')
  const key = scope
    .split('/')
    .reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${keys.secretAccessKey}`)
  return hmac(key, text).toString('hex') === signature ? undefined : 'the signature is wrong'
}

export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest()
}
