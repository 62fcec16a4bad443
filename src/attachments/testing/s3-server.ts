import { createServer, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { sha256, wrongAboutSignature, type SigningKeys } from '../../testing/signature-v4.ts'
import type { S3Settings } from '../s3-store.ts'

/** A bucket in memory that checks every signature by the book. */
export interface S3Server {
  settings: S3Settings
  /** By key. */
  objects: Map<string, Buffer>
  /** What was answered with a refusal. */
  refusals: string[]
  /** Answers the next request with this status. */
  failNext(status: number): void
  stop(): Promise<void>
}

export async function startS3Server(): Promise<S3Server> {
  const objects = new Map<string, Buffer>()
  const refusals: string[] = []
  const failures: number[] = []
  const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not/a+real/secret', region: 'eu-test-1' }
  const bucket = 'people'

  const answer = async (request: IncomingMessage): Promise<{ status: number; body?: Buffer }> => {
    const body = await bodyOf(request)
    const failure = failures.shift()
    if (failure !== undefined) return { status: failure }
    const wrong = whatIsWrong(request, body, keys)
    if (wrong !== undefined) {
      refusals.push(wrong)
      return { status: 403 }
    }
    const [, in_, ...rest] = new URL(request.url ?? '', 'http://x').pathname.split('/')
    if (in_ !== bucket) return { status: 404 }
    const key = rest.join('/')
    if (request.method === 'PUT') objects.set(key, body)
    if (request.method === 'DELETE') return { status: objects.delete(key) ? 204 : 404 }
    const found = objects.get(key)
    return found === undefined
      ? { status: 404 }
      : { status: 200, ...(request.method === 'GET' ? { body: found } : {}) }
  }
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => response.writeHead(status).end(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    settings: { ...keys, bucket, endpoint: `http://127.0.0.1:${port}` },
    objects,
    refusals,
    failNext: (status) => void failures.push(status),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function whatIsWrong(request: IncomingMessage, body: Buffer, keys: SigningKeys): string | undefined {
  if (request.headers['x-amz-content-sha256'] !== sha256(body)) return 'the content has another hash'
  return wrongAboutSignature(request, body, { ...keys, service: 's3', mustSign: ['x-amz-content-sha256'] })
}
