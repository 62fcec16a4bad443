import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { environmentOf } from '../env.ts'
import { chooseKeyWrapper } from './choose.ts'
import { startKmsServer, type KmsServer } from './testing/kms-server.ts'
import { startVaultServer, type VaultServer } from './testing/vault-server.ts'

let kms: KmsServer
let vault: VaultServer
beforeAll(async () => {
  kms = await startKmsServer()
  vault = await startVaultServer('secret/transit')
})
afterAll(() => Promise.all([kms.stop(), vault.stop()]))

const tools = { fetch, now: () => Date.now() }
const kmsVariables = () => ({
  PORTICO_KEY_WRAPPER: `aws-kms:${kms.arn}`,
  AWS_ACCESS_KEY_ID: kms.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: kms.credentials.secretAccessKey,
  AWS_SESSION_TOKEN: kms.credentials.sessionToken,
  AWS_ENDPOINT_URL_KMS: kms.url,
})
const vaultVariables = () => ({
  PORTICO_KEY_WRAPPER: 'vault-transit:secret/transit/portico',
  VAULT_ADDR: `${vault.url}/`,
  VAULT_TOKEN: vault.token,
})
type Variables = Record<string, string>
const wrapperOf = (variables: Variables) => chooseKeyWrapper(environmentOf(variables), tools)!
const key = randomBytes(32)

describe.each([
  ['aws-kms', kmsVariables as () => Variables],
  ['vault-transit', vaultVariables as () => Variables],
])('%s', (kind, variables) => {
  it('gives back what it wrapped, which tells nothing of the key', async () => {
    const wrapper = wrapperOf(variables())
    const [one, two] = [await wrapper.wrap(key), await wrapper.wrap(key)]
    expect(wrapper.kind).toBe(kind)
    expect(one).not.toBe(two)
    expect(one).not.toContain(key.toString('base64'))
    expect(one).toMatch(/^[\w:+/=]+$/)
    for (const text of [one, two]) expect(Buffer.from(await wrapper.unwrap(text))).toEqual(key)
  })

  it('refuses what was changed, or made by something else, and says no word of it', async () => {
    const wrapper = wrapperOf(variables())
    const wrapped = await wrapper.wrap(key)
    const last = wrapped.at(-5) === 'A' ? 'B' : 'A'
    for (const text of [wrapped.slice(0, -5) + last + wrapped.slice(-4), 'AAAA', 'vault:v1:AAAA']) {
      const error = await wrapper.unwrap(text).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ name: 'KeyWrapperError' })
      expect(String(error)).toMatch(/the file of keys was altered, or wrapped by another/)
      expect(String(error)).not.toContain(text)
    }
  })

  it('says what is missing', () => {
    const { PORTICO_KEY_WRAPPER = '' } = variables()
    expect(() => wrapperOf({ PORTICO_KEY_WRAPPER, AWS_REGION: 'eu-test-1' })).toThrow(
      /(AWS_ACCESS_KEY_ID|VAULT_ADDR): is not set/,
    )
  })

  it('sends nothing in the clear to another machine', () => {
    for (const url of ['http://kms.example.com', 'ftp://127.0.0.1', 'kms.example.com'])
      expect(() => wrapperOf({ ...variables(), AWS_ENDPOINT_URL_KMS: url, VAULT_ADDR: url })).toThrow(
        /must be a URL that begins with https/,
      )
  })
})

describe('aws-kms', () => {
  it('binds a wrapped key to its purpose, by an encryption context', async () => {
    await wrapperOf(kmsVariables()).wrap(key)
    expect(kms.log.at(-1)).toEqual({
      operation: 'TrentService.Encrypt',
      context: { purpose: 'portico master key' },
    })
  })

  it('takes ids and aliases where the region is known', async () => {
    for (const name of [kms.keyId, 'alias/portico']) {
      const variables = { ...kmsVariables(), PORTICO_KEY_WRAPPER: `aws-kms:${name}` }
      expect(() => wrapperOf(variables)).toThrow(/AWS_REGION: is not set/)
      await wrapperOf({ ...variables, AWS_DEFAULT_REGION: kms.region }).wrap(key)
    }
  })

  it.each<[string, Variables, RegExp]>([
    [
      'an unknown access key',
      { AWS_ACCESS_KEY_ID: 'AKIDOTHER' },
      /UnrecognizedClientException.*AWS_ACCESS_KEY_ID/,
    ],
    [
      'a wrong secret',
      { AWS_SECRET_ACCESS_KEY: 'wrong' },
      /InvalidSignatureException.*AWS_SECRET_ACCESS_KEY/,
    ],
    ['a wrong session', { AWS_SESSION_TOKEN: 'other' }, /UnrecognizedClientException/],
    [
      'a key that is not there',
      { PORTICO_KEY_WRAPPER: 'aws-kms:arn:aws:kms:eu-test-1:1:key/x' },
      /NotFoundException.*PORTICO_KEY_WRAPPER/,
    ],
  ])('says what to do about %s', async (_, change, words) => {
    await expect(wrapperOf({ ...kmsVariables(), ...change }).wrap(key)).rejects.toThrow(words)
  })

  it.each<[number, string, RegExp]>([
    [400, 'AccessDeniedException', /kms:Decrypt/],
    [400, 'com.amazonaws.kms#KMSInvalidStateException', /\(KMSInvalidStateException\): enable the KMS key/],
    [500, 'KMSInternalException', /try again later/],
    [503, 'not a code, but <text>', /\(HTTP 503\)/],
  ])('says what to do about %i %s, without its text', async (status, type, words) => {
    kms.failWith = { status, type }
    const error = await wrapperOf(kmsVariables()).unwrap('AAAA').catch(String)
    kms.failWith = undefined
    expect(error).toMatch(words)
    expect(error).not.toMatch(/not for operators|<text>/)
  })

  it('says that a disabled key is to be enabled', async () => {
    kms.isDisabled = true
    await expect(wrapperOf(kmsVariables()).wrap(key)).rejects.toThrow(/DisabledException.*enable/)
    kms.isDisabled = false
  })
})

describe('vault-transit', () => {
  it.each<[string, Variables, RegExp]>([
    ['an unknown token', { VAULT_TOKEN: 'other' }, /HTTP 403.*VAULT_TOKEN/],
    ['another mount', { PORTICO_KEY_WRAPPER: 'vault-transit:portico' }, /HTTP 404.*no transit engine/],
    [
      'a key that is not there',
      { PORTICO_KEY_WRAPPER: 'vault-transit:secret/transit/other' },
      /HTTP 400.*no such transit key/,
    ],
  ])('says what to do about %s', async (_, change, words) => {
    await expect(wrapperOf({ ...vaultVariables(), ...change }).unwrap('vault:v1:AAAA')).rejects.toThrow(words)
  })

  it('says that a sealed one is to be unsealed', async () => {
    vault.isSealed = true
    await expect(wrapperOf(vaultVariables()).wrap(key)).rejects.toThrow(/HTTP 503.*unseal it/)
    vault.isSealed = false
  })
})

it.each(['aws', 'aws-kms:', 'gcp-kms:x', 'aws-kms:a b', 'vault-transit:a/', 'vault-transit:a?b'])(
  'there is no wrapper %s',
  (name) => {
    const variables = { ...kmsVariables(), ...vaultVariables(), AWS_REGION: 'x', PORTICO_KEY_WRAPPER: name }
    expect(() => wrapperOf(variables)).toThrow(/PORTICO_KEY_WRAPPER/)
  },
)
