import { randomBytes } from 'node:crypto'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { isSigningSecret, sign } from './standard-webhooks.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** The official verifier is the judge. It knows no clock but the real one. */
describe('the signature of a webhook', () => {
  const now = Math.floor(Date.now() / 1000)
  const headersOf = (body: string, signature = sign(secret, 'trn_1', now, body)) => ({
    'webhook-id': 'trn_1',
    'webhook-timestamp': String(now),
    'webhook-signature': signature,
  })

  it.each(['{"a":1}', '{"text":"Привіт 你好 😀"}', '{\n  "spaced" : true }'])('is valid for %s', (body) => {
    expect(new Webhook(secret).verify(body, headersOf(body))).toEqual(JSON.parse(body))
  })

  it('is valid for bytes as it is for their text', () => {
    const body = '{"text":"你好"}'
    expect(sign(secret, 'trn_1', now, Buffer.from(body))).toBe(sign(secret, 'trn_1', now, body))
  })

  it('is valid beside the one of an older secret', () => {
    const older = `whsec_${randomBytes(64).toString('base64')}`
    const both = `${sign(older, 'trn_1', now, '{}')} ${sign(secret, 'trn_1', now, '{}')}`
    for (const known of [older, secret])
      expect(new Webhook(known).verify('{}', headersOf('{}', both))).toEqual({})
  })

  it.each([
    ['another body', sign(secret, 'trn_1', now, '{"a":2}')],
    ['another id', sign(secret, 'trn_2', now, '{"a":1}')],
    ['another time', sign(secret, 'trn_1', now - 1, '{"a":1}')],
    ['another secret', sign(`whsec_${randomBytes(32).toString('base64')}`, 'trn_1', now, '{"a":1}')],
  ])('is not valid for %s', (_name, signature) => {
    const verify = () => new Webhook(secret).verify('{"a":1}', headersOf('{"a":1}', signature))
    expect(verify).toThrow(WebhookVerificationError)
  })
})

describe('the secret of a webhook', () => {
  const of = (bytes: number) => `whsec_${randomBytes(bytes).toString('base64')}`

  it.each([24, 25, 32, 64])('may have %i bytes', (bytes) => {
    expect(isSigningSecret(of(bytes))).toBe(true)
  })

  it.each([
    ['empty', ''],
    ['without its prefix', secret.slice(6)],
    ['of 23 bytes', of(23)],
    ['of 65 bytes', of(65)],
    ['no base64', `whsec_${'-'.repeat(32)}`],
    ['cut short', secret.slice(0, -1)],
    ['followed by a line break', `${secret}\n`],
  ])('is refused when it is %s, and not repeated', (_name, text) => {
    expect(isSigningSecret(text)).toBe(false)
    const refused = () => sign(text, 'trn_1', 0, '')
    expect(refused).toThrow(TypeError)
    if (text !== '') expect(refused).not.toThrow(text)
  })
})
