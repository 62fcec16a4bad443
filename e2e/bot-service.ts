import type { Page } from 'playwright-core'

/** A bot that somebody else runs, on Discord, with a key of ours. */
export interface BotService {
  ask(method: string, path: string, body?: object): Promise<Response>
  /** Has a link made for somebody on Discord. */
  link(userId: string, name: string): Promise<{ token: string; path: string }>
  statusOf(token: string): Promise<string>
}

export function botService(page: Page, key: string): BotService {
  const { origin } = new URL(page.url())
  const ask = (method: string, path: string, body?: object) =>
    fetch(`${origin}/api/platform-linking${path}`, {
      method,
      headers: { 'x-bot-api-key': key, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  return {
    ask,
    async link(userId, name) {
      const person = { platform: 'DISCORD', platform_user_id: userId, platform_username: name }
      const { token, link_url } = (await (await ask('POST', '/tokens', person)).json()) as {
        token: string
        link_url: string
      }
      return { token, path: new URL(link_url).pathname }
    },
    async statusOf(token) {
      return ((await (await ask('GET', `/tokens/${token}/status`)).json()) as { status: string }).status
    },
  }
}
