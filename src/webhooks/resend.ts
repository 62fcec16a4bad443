import type { Lanes } from '../coordination/lanes.ts'
import type { Tx } from '../storage/database.ts'
import { insertMessages, itemOf, queueOf } from './announce.ts'
import { lastAttempt } from './attempts.ts'
import { endpointRow, type Caller, type EndpointDependencies } from './endpoints.ts'
import { webhookErrors } from './errors.ts'

type Dependencies = EndpointDependencies & { lanes: Lanes }

/** Sends an event of type `webhook.test` to one endpoint, whatever it asked for. Returns the message's id. */
export function sendTest(deps: Dependencies, caller: Caller, endpointId: string): Promise<string> {
  return deps.db.transaction().execute(async (tx) => {
    const { workspaceId } = await enabled(tx, caller, endpointId)
    const id = deps.ids('evt')
    const at = new Date(deps.clock.now())
    const data = { endpoint_id: endpointId }
    await insertMessages(tx, [{ id, workspaceId, type: 'webhook.test', data, at }])
    await deps.lanes.enqueue(tx, [itemOf({ endpointId, messageId: id })])
    return id
  })
}

/** Sends a message once more, with a schedule from its beginning; one that waits for its next try is tried now. */
export function replayMessage(
  deps: Dependencies,
  caller: Caller,
  endpointId: string,
  messageId: string,
): Promise<void> {
  return deps.db.transaction().execute(async (tx) => {
    await enabled(tx, caller, endpointId)
    const last = await lastAttempt(tx, endpointId, messageId)
    if (last === undefined) throw webhookErrors.webhook_message_not_found()
    if (last.state === 'retrying') {
      await deps.lanes.hurry(tx, queueOf(endpointId), [messageId])
      return
    }
    // Asked twice before it was sent, it is sent once.
    const key = `${messageId}:${last.attempt}`
    await deps.lanes.enqueue(tx, [itemOf({ endpointId, messageId }, key)])
  })
}

async function enabled(tx: Tx, caller: Caller, endpointId: string): Promise<{ workspaceId: string }> {
  const row = await endpointRow(tx, caller, endpointId)
  if (row.disabled_at !== null) throw webhookErrors.webhook_endpoint_disabled()
  return { workspaceId: row.workspace_id }
}
