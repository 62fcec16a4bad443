import { createHash } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AwsV4Signer } from 'aws4fetch'
import type { Clock } from '../lib/clock.ts'
import type { FileStore } from './file-store.ts'
import { makeFolder, writeFile } from './local-store.ts'

export interface S3Settings {
  endpoint: string
  region: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
}

export interface S3Dependencies {
  /** Where a file waits until it is whole: S3 wants to know its length and hash first. */
  spool: string
  fetch: typeof fetch
  clock: Clock
}

type Call = (
  method: 'PUT' | 'GET' | 'DELETE',
  path: string,
  content?: { blob: Blob; hash: string },
) => Promise<Response>

const emptyHash = createHash('sha256').digest('hex')

/**
 * Files in a bucket of any store that speaks S3 (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html),
 * addressed by path. The hash of the content is part of the signature, so a file that changes on its way is refused.
 */
export function createS3Store(settings: S3Settings, { spool, fetch, clock }: S3Dependencies): FileStore {
  const call: Call = async (method, path, content) => {
    const url = `${settings.endpoint.replace(/\/+$/, '')}/${settings.bucket}/${path}`
    const signer = new AwsV4Signer({
      ...settings,
      service: 's3',
      method,
      url,
      headers: { 'x-amz-content-sha256': content?.hash ?? emptyHash },
      datetime: new Date(clock.now()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    })
    const { headers } = await signer.sign()
    return fetch(url, { method, headers, ...(content === undefined ? {} : { body: content.blob }) })
  }
  const get = async (path: string) => {
    const response = await call('GET', path)
    if (response.ok) return response
    await response.body?.cancel()
    if (response.status === 404) return undefined
    throw refusal('GET', response)
  }
  return {
    write: (path, body) => spoolAndPut(call, spool, path, body),
    async read(path) {
      return (await get(path))?.body ?? undefined
    },
    async blob(path, mediaType) {
      const response = await get(path)
      return response && new Blob([await response.arrayBuffer()], { type: mediaType })
    },
    async remove(path) {
      const response = await call('DELETE', path)
      await response.body?.cancel()
      if (!response.ok && response.status !== 404) throw refusal('DELETE', response)
    },
  }
}

async function spoolAndPut(call: Call, spool: string, path: string, body: AsyncIterable<Uint8Array>) {
  const file = join(spool, path.replaceAll('/', '.'))
  const hash = createHash('sha256')
  await makeFolder(spool)
  try {
    await writeFile(file, hashed(body, hash))
    const response = await call('PUT', path, { blob: await openAsBlob(file), hash: hash.digest('hex') })
    await response.body?.cancel()
    if (!response.ok) throw refusal('PUT', response)
  } finally {
    await rm(file, { force: true })
  }
}

async function* hashed(body: AsyncIterable<Uint8Array>, hash: { update(data: Uint8Array): unknown }) {
  for await (const chunk of body) {
    hash.update(chunk)
    yield chunk
  }
}

function refusal(method: string, response: Response): Error {
  return new Error(`The file store answered ${method} with ${response.status}.`)
}
