import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createCredentialNotices } from '../conversations/conversations.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { createCatalogue } from '../integrations/catalogue.ts'
import { createConnect } from '../integrations/connect/connect.ts'
import { keepConnectTidy } from '../integrations/connect/upkeep.ts'
import { createCredentials, type CredentialNews } from '../integrations/credentials/credentials.ts'
import { createOAuth } from '../integrations/oauth/engine.ts'
import { createGuardedFetch } from '../lib/guarded-fetch.ts'
import type { Mcp } from '../mcp/mcp.ts'
import { createApprovals, keepApprovalsTidy } from '../proxy/approvals.ts'
import { createProxy, createProxyCallers } from '../proxy/proxy.ts'
import type { Doors } from './doors.ts'
import type { Foundation } from './foundation.ts'
import { publicUrlOf } from './from-config.ts'

/** What people lend: how it comes, how it is kept, and how requests are sent with it. */
export type Keys = Awaited<ReturnType<typeof lendKeys>>

/** Throws ConfigError for a provider of the configuration that cannot be right. */
export async function lendKeys(foundation: Foundation, { linking }: Doors, delivery: Delivery) {
  const { db, clock, ids, grants, identity, tokens, signals, stops } = foundation
  const { config, log, version } = foundation.options
  const { integrations, productName } = config
  const publicUrl = publicUrlOf(config)
  const catalogue = createCatalogue({
    overrides: integrations.providers,
    allowHosts: integrations.allowHosts,
  })
  // Its own entries are read when somebody needs them, and are known to be right.
  if (Object.keys(integrations.providers).length > 0) await catalogue.list()
  const fetch = createGuardedFetch(integrations)
  // A renewal may need two questions, within the 30 s of its claim.
  const oauth = createOAuth({ fetch, clock, timeoutMs: 10_000 })
  // People are told of their credentials with links that connect, and connecting makes credentials.
  const news: CredentialNews = {
    connected: (tx, credential) => notices.news.connected(tx, credential),
    reconnectRequired: (tx, credential) => notices.news.reconnectRequired(tx, credential),
    removed: (tx, credential, revocation) => notices.news.removed(tx, credential, revocation),
    revocationFailed: (tx, owner, revocation) => notices.news.revocationFailed(tx, owner, revocation),
  }
  const credentials = createCredentials({
    ...foundation,
    catalogue,
    oauth,
    fetch,
    news,
    announcer: foundation.webhooks,
    log,
    random: Math.random,
    allowHosts: integrations.allowHosts,
    spoolDirectory: join(config.dataDir, 'spool'),
  })
  stops.push(() => credentials.stop())
  const connect = createConnect({
    ...foundation,
    catalogue,
    oauth,
    credentials,
    callbackOrigins: integrations.callbackOrigins,
    publicUrl,
    productName,
    random: randomBytes,
    log,
  })
  stops.push(keepConnectTidy({ db, clock, log }))
  const notices = createCredentialNotices({
    db,
    linking,
    connect,
    publicUrl,
    delivery,
    catalogue,
    clock,
    newId: ids,
  })
  const useApprovals = createApprovals(foundation)
  stops.push(keepApprovalsTidy({ db, clock, log }))
  const proxy = createProxy({
    ...foundation,
    catalogue,
    credentials: credentials.use,
    approvals: useApprovals,
    asker: notices.asker,
    config: integrations,
    signals,
  })
  stops.push(() => proxy.stop())
  // The SDK is large, and most will never be asked for it.
  let loading: Promise<Mcp> | undefined
  const loadMcp = async () => {
    const { createMcp } = await import('../mcp/mcp.ts')
    const mcp = createMcp({
      catalogue,
      credentials,
      proxy,
      asker: notices.asker,
      product: productName,
      version,
      log,
    })
    stops.push(() => mcp.stop())
    return mcp
  }
  const callers = createProxyCallers({ grants, tokens, identity })
  return { catalogue, credentials, connect, useApprovals, proxy, callers, mcp: () => (loading ??= loadMcp()) }
}
