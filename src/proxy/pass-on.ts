import { pipeline, Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { answerHeaders } from './answer-headers.ts'
import { EchoGuard, findEcho, SecretEchoed, spellingsOf } from './echo.ts'
import { proxyErrors } from './errors.ts'
import type { ProxyAnswer } from './proxy.ts'
import type { UpstreamAnswer } from './upstream.ts'

/** Up to here a body is read before its head is passed on, so that an echo is a plain refusal. */
const maxWholeBytes = 64 * 1024

const decoders = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
  ['zstd', createZstdDecompress],
])

/**
 * The answer as its caller may see it. Throws `secret_echoed` where the secret is in the head or in a short body, and
 * `upstream_unreachable` for an encoding that cannot be read; in a longer body the stream fails with SecretEchoed before
 * the secret's first byte, and `onEcho` is told.
 */
export async function passOn(
  method: string,
  { status, headers, body }: UpstreamAnswer,
  secrets: readonly string[],
  onEcho: () => void,
): Promise<Pick<ProxyAnswer, 'headers' | 'body'>> {
  const spellings = spellingsOf(secrets)
  const passed = answerHeaders(headers)
  const refuse = (error: Error) => {
    body.on('error', () => undefined).destroy()
    throw error
  }
  if (findEcho(Buffer.from(JSON.stringify(Object.entries(passed))), spellings) !== -1)
    return refuse(proxyErrors.secret_echoed())
  if (method === 'HEAD' || status === 204 || status === 304) return { headers: passed, body }

  const encoding = String(headers['content-encoding'] ?? 'identity').toLowerCase()
  if (encoding !== 'identity') {
    const decoder = decoders.get(encoding)
    if (decoder === undefined) return refuse(proxyErrors.upstream_unreachable())
    const { 'content-encoding': _, 'content-length': __, ...plain } = passed
    return { headers: plain, body: guarded(body, [decoder(), new EchoGuard(spellings)], onEcho) }
  }
  if (Number(headers['content-length'] ?? Infinity) > maxWholeBytes)
    return { headers: passed, body: guarded(body, [new EchoGuard(spellings)], onEcho) }
  const whole = await body.bytes().catch(() => refuse(proxyErrors.upstream_unreachable()))
  if (findEcho(Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength), spellings) !== -1)
    throw proxyErrors.secret_echoed()
  return { headers: passed, body: readableOf(whole) }
}

/** `Readable.from` makes an iterator and several promises of one piece. */
function readableOf(whole: Uint8Array): Readable {
  return new Readable({
    read() {
      this.push(whole)
      this.push(null)
    },
  })
}

function guarded(body: Readable, steps: readonly Transform[], onEcho: () => void): Readable {
  const last = steps.at(-1)
  if (last === undefined) return body
  pipeline([body, ...steps], (error) => {
    if (error instanceof SecretEchoed) onEcho()
  })
  return last
}
