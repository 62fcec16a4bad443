import type { FastifyReply } from 'fastify'
import { createHash } from 'node:crypto'
import { callbackPath, type BrowserFlow } from '../../integrations/integrations.ts'

const cookiePath = '/oauth'

export function redirectUriOf(publicUrl: string): string {
  return new URL(callbackPath, publicUrl).href
}

/** Each way has a cookie of its own, so that two may go on in one browser. */
export function cookieNameOf(state: string): string {
  return `portico_connect_${createHash('sha256').update(state).digest('hex').slice(0, 16)}`
}

/** Lax: the provider's page leads the browser back, and it must come with the cookie. */
export function bindBrowser(reply: FastifyReply, flow: BrowserFlow, publicUrl: string): void {
  reply.setCookie(cookieNameOf(flow.state), flow.browser, {
    path: cookiePath,
    httpOnly: true,
    sameSite: 'lax',
    secure: publicUrl.startsWith('https:'),
    maxAge: flow.lifetimeSeconds,
  })
}

export function forgetBrowser(reply: FastifyReply, state: string): void {
  reply.clearCookie(cookieNameOf(state), { path: cookiePath })
}

/** A page of the console with what came of it, beside what its address says already. */
export function pageWith(path: string, outcome: Readonly<Record<string, string>>): string {
  const url = new URL(path, 'http://console')
  for (const [name, value] of Object.entries(outcome)) url.searchParams.set(name, value)
  return `${url.pathname}${url.search}${url.hash}`
}
