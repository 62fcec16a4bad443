import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { fieldsOf, jsonOf, stringOf } from '../../../lib/json.ts'
import { wrongAboutSignature } from '../../../testing/signature-v4.ts'
import { open, seal } from './sealing.ts'
import { startService, type Reply } from './service.ts'

/** AWS KMS as its API reference has it: signatures, JSON 1.1, symmetric keys with encryption contexts, its errors. */
export interface KmsServer {
  url: string
  keyId: string
  arn: string
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string }
  region: string
  /** The operations that were carried out, with the encryption context. */
  log: { operation: string; context: unknown }[]
  /** Answers everything with this error from now on. */
  failWith: { status: number; type: string } | undefined
  isDisabled: boolean
  stop(): Promise<void>
}

export async function startKmsServer(): Promise<KmsServer> {
  const key = randomBytes(32)
  const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab'
  const region = 'eu-test-1'
  const arn = `arn:aws:kms:${region}:111122223333:key/${keyId}`
  const credentials = {
    accessKeyId: 'ASIAEXAMPLE',
    secretAccessKey: 'not/a+real/secret',
    sessionToken: 'FwoGZXIvYXdzEXAMPLE',
  }
  const answer = (request: IncomingMessage, body: Buffer): Reply => {
    if (state.failWith !== undefined) return failure(state.failWith.type, state.failWith.status)
    const wrong = wrongAboutSignature(request, body, {
      ...credentials,
      region,
      service: 'kms',
      mustSign: ['content-type', 'x-amz-target', 'x-amz-security-token'],
    })
    if (wrong === 'the access key is unknown') return failure('UnrecognizedClientException')
    if (wrong !== undefined) return failure('InvalidSignatureException')
    if (request.headers['x-amz-security-token'] !== credentials.sessionToken)
      return failure('UnrecognizedClientException')
    if (request.headers['content-type'] !== 'application/x-amz-json-1.1')
      return failure('com.amazon.coral.service#UnknownOperationException', 404)
    const fields = fieldsOf(jsonOf(body.toString()))
    if (![keyId, arn, 'alias/portico'].includes(stringOf(fields['KeyId'])))
      return failure('NotFoundException')
    if (state.isDisabled) return failure('DisabledException')
    const operation = String(request.headers['x-amz-target'])
    const context = fieldsOf(fields['EncryptionContext'])
    const result = carryOut(operation, fields, JSON.stringify(Object.entries(context).sort()))
    if (result.status === 200) state.log.push({ operation, context })
    return result
  }
  const carryOut = (operation: string, fields: Record<string, unknown>, context: string): Reply => {
    switch (operation) {
      case 'TrentService.Encrypt': {
        const plaintext = Buffer.from(stringOf(fields['Plaintext']), 'base64')
        if (plaintext.length === 0 || plaintext.length > 4096) return failure('ValidationException')
        const blob = seal(key, plaintext, context).toString('base64')
        return { status: 200, body: { CiphertextBlob: blob, KeyId: arn, EncryptionAlgorithm: algorithm } }
      }
      case 'TrentService.Decrypt': {
        const blob = Buffer.from(stringOf(fields['CiphertextBlob']), 'base64')
        const plaintext = open(key, blob, context)
        if (plaintext === undefined) return failure('InvalidCiphertextException')
        const body = { Plaintext: plaintext.toString('base64'), KeyId: arn, EncryptionAlgorithm: algorithm }
        return { status: 200, body }
      }
      default:
        return failure('UnknownOperationException')
    }
  }
  const service = await startService('application/x-amz-json-1.1', answer)
  const state: KmsServer = {
    ...service,
    keyId,
    arn,
    credentials,
    region,
    log: [],
    failWith: undefined,
    isDisabled: false,
  }
  return state
}

const algorithm = 'SYMMETRIC_DEFAULT'

function failure(type: string, status = 400): Reply {
  return { status, body: { __type: type, message: 'A text that is not for operators.' } }
}
