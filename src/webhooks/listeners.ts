import type { Signals } from '../coordination/signals.ts'
import type { Log } from '../lib/log.ts'
import type { Db, Tx } from '../storage/database.ts'
import { isWanted } from './announcement.ts'

interface Listener {
  id: string
  workspaceId: string
  events: readonly string[]
  isEnabled: boolean
}

/** The endpoints of all workspaces in memory, kept current by signals. */
export interface Listeners {
  wants(workspaceId: string, type: string): boolean
  /** Ids of all endpoints, disabled ones too. */
  all(): readonly string[]
  /** Reads them now; a call while one is under way reads once more. */
  load(): Promise<void>
  /** Tells every replica, this one too, when the transaction commits. */
  changed(tx: Tx): Promise<void>
  stop(): void
}

export interface ListenerDependencies {
  db: Db
  signals: Signals
  log: Log
  /** Called each time that they were read. */
  onLoaded: () => void
}

export function createListeners({ db, signals, log, onLoaded }: ListenerDependencies): Listeners {
  let byWorkspace = new Map<string, Listener[]>()
  let loading: Promise<void> = Promise.resolve()
  let waiting: Promise<void> | undefined

  const read = async () => {
    const rows = await db
      .selectFrom('webhook_endpoints')
      .select(['id', 'workspace_id', 'events', 'disabled_at'])
      .orderBy('id')
      .execute()
    byWorkspace = Map.groupBy(
      rows.map(({ id, workspace_id: workspaceId, events, disabled_at }) => ({
        id,
        workspaceId,
        events,
        isEnabled: disabled_at === null,
      })),
      ({ workspaceId }) => workspaceId,
    )
    onLoaded()
  }
  // What is under way may have read before the change: the next read begins after it, once for all who wait.
  const load = () =>
    (waiting ??= loading
      .catch(() => undefined)
      .then(() => {
        waiting = undefined
        return (loading = read())
      }))
  const refresh = () =>
    void load().catch((error: unknown) => log.warn({ err: error }, 'could not read the webhook endpoints'))
  const unsubscribe = [signals.on('webhook_endpoints', refresh), signals.onReconnected(refresh)]

  return {
    wants: (workspaceId, type) =>
      byWorkspace.get(workspaceId)?.some(({ isEnabled, events }) => isEnabled && isWanted(events, type)) ===
      true,
    all: () => [...byWorkspace.values()].flat().map(({ id }) => id),
    load,
    changed: (tx) => signals.send(tx, 'webhook_endpoints', ''),
    stop() {
      for (const end of unsubscribe) end()
    },
  }
}
