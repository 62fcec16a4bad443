import { Webhook } from 'standardwebhooks'
import { startScriptedServer, type Reply, type ScriptedServer } from './scripted-server.ts'

interface Asked {
  message: { text: string }
}

/**
 * A receiver of turns that answers with the words it was asked with. The official verifier decides whether a request
 * is ours; others are refused.
 */
export function startWebhookServer(secret: string): Promise<ScriptedServer> {
  const verifier = new Webhook(secret)
  return startScriptedServer(({ body, headers }) => {
    try {
      const { message } = verifier.verify(body, headers as Record<string, string>) as Asked
      return events(...(message.text.match(/\s*\S+\s*/gu) ?? ['Nothing was said.']))
    } catch (error) {
      return { status: 401, pieces: [`${String(error)} ${headers['webhook-signature'] as string}`] }
    }
  })
}

/** An event stream of these data. */
export function events(...data: string[]): Reply {
  return {
    headers: { 'content-type': 'text/event-stream' },
    pieces: data.map((piece) => `data: ${piece.replaceAll('\n', '\ndata: ')}\n\n`),
  }
}

export function json(value: unknown): Reply {
  return { headers: { 'content-type': 'application/json' }, pieces: [JSON.stringify(value)] }
}

/** A text as it is. */
export function plain(mediaType: string, ...pieces: (string | Uint8Array)[]): Reply {
  return { headers: { 'content-type': mediaType }, pieces }
}
