import { once } from 'node:events'
import { createServer } from 'node:net'
import { isLoopback } from '../config/check.ts'
import type { Config } from '../config/config.ts'
import { bad, good, uncertain, type Finding } from './doctor-findings.ts'

const timeoutMs = 5_000

/** Whether the port is free, or taken by Portico itself. */
export async function checkPort({ server: { host, port } }: Config): Promise<Finding[]> {
  if (port === 0) return [good('port', 'a free one is taken')]
  const probe = createServer()
  try {
    probe.listen(port, host)
    await once(probe, 'listening')
    return [good('port', `${host}:${port} is free`)]
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    if (isTaken && (await isPortico(`http://${urlHost(host)}:${port}`)))
      return [good('port', `Portico is running on ${host}:${port}`)]
    throw error
  } finally {
    probe.close()
  }
}

/** Whether browsers and platforms can use the public URL, as far as this machine can tell. */
export async function checkPublicUrl({ server: { host, publicUrl } }: Config): Promise<Finding[]> {
  const subject = 'public URL'
  if (publicUrl === undefined)
    return isLoopback(host)
      ? [good(subject, 'none: Portico is for this machine only')]
      : [
          bad(
            subject,
            'Portico listens on the network, but links would point to this machine: set server.public_url.',
          ),
        ]
  const url = new URL(publicUrl)
  const findings: Finding[] = []
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    findings.push(
      uncertain(subject, `${publicUrl} is not encrypted: put a proxy with TLS in front and use https.`),
    )
  if (await isPortico(publicUrl)) return [...findings, good(subject, `${publicUrl} leads to Portico`)]
  return [
    ...findings,
    uncertain(
      subject,
      `${publicUrl} does not lead to a running Portico: run this again while it runs, and check DNS and the proxy.`,
    ),
  ]
}

/** Whether Redis answers, where it is configured. */
export async function checkRedis({ redis: { url } }: Config): Promise<Finding[]> {
  if (url === undefined) return [good('Redis', 'not used')]
  const { Redis } = await import('ioredis')
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: timeoutMs, retryStrategy: () => null })
  // Every failure is thrown by connect as well.
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    await redis.ping()
    return [good('Redis', 'answers')]
  } catch {
    return [
      bad('Redis', 'does not answer: correct redis.url, or leave it out, for PostgreSQL can do its work.'),
    ]
  } finally {
    redis.disconnect()
  }
}

async function isPortico(url: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(timeoutMs) })
    return response.ok && ((await response.json()) as { status?: string }).status === 'ok'
  } catch {
    return false
  }
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
