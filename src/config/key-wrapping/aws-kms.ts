import { AwsV4Signer } from 'aws4fetch'
import { fieldsOf, stringOf } from '../../lib/json.ts'
import { KeyWrapperError, post, purpose, type KeyWrapper, type KeyWrapperTools } from './key-wrapper.ts'

export interface AwsKmsSettings {
  /** The id, ARN or `alias/...` of a symmetric key. */
  keyId: string
  region: string
  /** Without a path. */
  endpoint: string
  accessKeyId: string
  secretAccessKey: string
  /** Of temporary credentials. */
  sessionToken?: string
}

const service = 'AWS KMS'

/**
 * Encrypt and Decrypt of AWS KMS, with an encryption context, so that CloudTrail shows what was opened.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html
 */
export function createAwsKms(settings: AwsKmsSettings, tools: KeyWrapperTools): KeyWrapper {
  const context = { KeyId: settings.keyId, EncryptionContext: { purpose } }
  return {
    kind: 'aws-kms',
    wrap: (bytes) =>
      call(settings, tools, 'Encrypt', 'CiphertextBlob', {
        ...context,
        Plaintext: Buffer.from(bytes).toString('base64'),
      }),
    async unwrap(text) {
      const body = { ...context, CiphertextBlob: text }
      return Buffer.from(await call(settings, tools, 'Decrypt', 'Plaintext', body), 'base64')
    },
  }
}

async function call(
  { endpoint: url, ...settings }: AwsKmsSettings,
  tools: KeyWrapperTools,
  operation: 'Encrypt' | 'Decrypt',
  field: string,
  content: object,
): Promise<string> {
  const body = JSON.stringify(content)
  const signer = new AwsV4Signer({
    ...settings,
    service: 'kms',
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${operation}` },
    body,
    allHeaders: true,
    datetime: new Date(tools.now()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
  })
  const { headers } = await signer.sign()
  const answer = await post(tools, service, url, { headers, body })
  const result = stringOf(fieldsOf(answer.body)[field])
  if (answer.status !== 200 || result === '') throw refusal(answer.status, answer.body)
  return result
}

/** AWS JSON 1.1 has the code in `__type`, with or without a namespace before `#`. */
function refusal(status: number, body: unknown): KeyWrapperError {
  const type = stringOf(fieldsOf(body)['__type']).split('#').at(-1) ?? ''
  const code = /^\w{1,60}$/.test(type) ? type : `HTTP ${status}`
  return new KeyWrapperError(service, code, advice.get(code) ?? otherwise(status))
}

function otherwise(status: number): string {
  return status >= 500 ? 'try again later.' : 'see its documentation for this code.'
}

const wrongCredentials =
  'check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, the region and the clock of this machine.'
const unusableKey = 'enable the KMS key, or cancel its deletion.'
const foreignText =
  'the file of keys was altered, or wrapped by another KMS key than PORTICO_KEY_WRAPPER names: put the copy back.'

const advice = new Map([
  ['AccessDeniedException', 'give these credentials kms:Encrypt and kms:Decrypt on the KMS key.'],
  ['UnrecognizedClientException', wrongCredentials],
  ['InvalidSignatureException', wrongCredentials],
  ['IncompleteSignatureException', wrongCredentials],
  ['MissingAuthenticationTokenException', wrongCredentials],
  ['ExpiredTokenException', wrongCredentials],
  ['NotFoundException', 'there is no such KMS key in this region: check PORTICO_KEY_WRAPPER and AWS_REGION.'],
  ['DisabledException', unusableKey],
  ['KMSInvalidStateException', unusableKey],
  ['InvalidKeyUsageException', 'the KMS key must be a symmetric one for encryption.'],
  ['InvalidCiphertextException', foreignText],
  ['IncorrectKeyException', foreignText],
  ['ThrottlingException', 'try again later.'],
])
