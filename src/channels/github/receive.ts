import type { ChannelDependencies, Inbox } from '../channel.ts'
import { awaitWebhooks } from '../webhooks.ts'
import { readApp, type GithubApi } from './api.ts'
import type { AppAccount } from './decode.ts'
import { recover } from './recover.ts'

const recoveryIntervalMs = 5 * 60_000

/**
 * GitHub calls us (webhook.ts). Meanwhile this checks that the key still works, tells `know` who the app is, and
 * asks at the start and every five minutes for what could not be delivered.
 */
export async function receive(
  api: GithubApi,
  dependencies: ChannelDependencies,
  know: (app: AppAccount) => Promise<unknown>,
  inbox: Inbox,
  signal: AbortSignal,
): Promise<void> {
  let cursor = inbox.cursor
  let checkedAt = 0
  async function check(): Promise<void> {
    checkedAt = dependencies.now()
    await know(await readApp(api, signal))
    const next = await recover(api, cursor, signal)
    if (JSON.stringify(next) !== JSON.stringify(cursor)) await inbox.accept({ messages: [], cursor: next })
    cursor = next
  }
  const sleepAndCheck: ChannelDependencies['sleep'] = async (ms, stop) => {
    await dependencies.sleep(ms, stop)
    if (dependencies.now() - checkedAt >= recoveryIntervalMs) await check()
  }
  await awaitWebhooks(check, { sleep: sleepAndCheck }, inbox, signal)
}
