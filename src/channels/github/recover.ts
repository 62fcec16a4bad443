import { PlatformError } from '../../lib/errors.ts'
import { parse, type GithubApi } from './api.ts'
import { nonsense } from './errors.ts'
import { isRecord, listOf, type Fields } from '../../lib/json.ts'

/**
 * What GitHub could not deliver: it never tries again by itself, so it is asked to
 * (https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries). The cursor is the newest
 * delivery that was looked at, and how often what still fails was asked for.
 */
export interface RecoveryCursor {
  newest: string
  tries: Readonly<Record<string, number>>
}

interface Delivery {
  /** Numbers with up to 19 digits, as text. */
  id: string
  guid: string
  status: number
}

const maxPages = 10
const maxTries = 12

/** Refusals of our own: the same request would be refused again. */
const final = new Set([400, 401, 403, 410, 413])

/**
 * Asks for what failed since the cursor. The first time there is nothing to compare with: what an app was told
 * before it came to Portico is no business of ours.
 */
export async function recover(api: GithubApi, stored: unknown, signal: AbortSignal): Promise<RecoveryCursor> {
  const cursor = cursorOf(stored)
  const deliveries = await readSince(api, cursor?.newest, signal)
  const newest = deliveries[0]?.id ?? cursor?.newest ?? '0'
  if (cursor === undefined) return { newest, tries: {} }
  const tries: Record<string, number> = {}
  const byGuid = Map.groupBy(deliveries, ({ guid }) => guid)
  for (const [guid, [last, ...earlier]] of [...byGuid].reverse()) {
    const count = (cursor.tries[guid] ?? 0) + 1
    if (last === undefined || [last, ...earlier].some(({ status }) => isOver(status)) || count > maxTries)
      continue
    await askAgain(api, last.id, signal)
    tries[guid] = count
  }
  return { newest, tries }
}

function isOver(status: number): boolean {
  return (status >= 200 && status < 300) || final.has(status)
}

async function askAgain(api: GithubApi, id: string, signal: AbortSignal): Promise<void> {
  try {
    await api.asApp('POST', `/app/hook/deliveries/${id}/attempts`, signal)
  } catch (error) {
    // Too old to be delivered again, or taken away: only this one is lost.
    if (!(error instanceof PlatformError && (error.kind === 'invalid' || error.kind === 'gone'))) throw error
  }
}

/** Newest first, as GitHub lists them. */
async function readSince(
  api: GithubApi,
  newest: string | undefined,
  signal: AbortSignal,
): Promise<Delivery[]> {
  const found: Delivery[] = []
  let path: string | undefined = `/app/hook/deliveries?per_page=${newest === undefined ? 1 : 100}`
  for (let page = 0; path !== undefined && page < maxPages; page += 1) {
    const { text, headers } = await api.asApp('GET', path, signal)
    const deliveries = listOf(parse(lossless(text))).map(deliveryOf)
    const fresh = deliveries.filter(({ id }) => newest === undefined || BigInt(id) > BigInt(newest))
    found.push(...fresh)
    const isEnd = newest === undefined || fresh.length < deliveries.length
    path = isEnd ? undefined : nextPath(headers.get('link'))
  }
  return found
}

/** The ids of deliveries no longer fit into a number of JavaScript. */
function lossless(json: string): string {
  return json.replaceAll(/("id":\s*)(\d+)/g, '$1"$2"')
}

function deliveryOf(value: unknown): Delivery {
  const { id, guid, status_code }: Fields = isRecord(value) ? value : {}
  if (typeof id !== 'string' || !/^\d{1,20}$/.test(id) || typeof guid !== 'string' || guid.length > 100)
    throw nonsense('a delivery has no id')
  return { id, guid, status: typeof status_code === 'number' ? status_code : 0 }
}

/** Only the cursor is taken from the link: where it leads is not for the answer to say. */
function nextPath(link: string | null): string | undefined {
  const [, url] = /<([^>]*)>;\s*rel="next"/.exec(link ?? '') ?? []
  const cursor = url === undefined ? null : URL.parse(url)?.searchParams.get('cursor')
  return typeof cursor === 'string'
    ? `/app/hook/deliveries?per_page=100&cursor=${encodeURIComponent(cursor)}`
    : undefined
}

function cursorOf(stored: unknown): RecoveryCursor | undefined {
  if (!isRecord(stored) || typeof stored['newest'] !== 'string' || !/^\d{1,20}$/.test(stored['newest']))
    return undefined
  const tries = isRecord(stored['tries']) ? stored['tries'] : {}
  const counts = Object.entries(tries).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  )
  return { newest: stored['newest'], tries: Object.fromEntries(counts) }
}
