import { Webhook } from 'standardwebhooks'
import type { Piece, Reply } from './local-server.ts'
import { echoOf, eventStream, wordsOf } from './replies.ts'
import { startScriptedServer, type ScriptedServer } from './scripted-server.ts'

interface Asked {
  message: { text: string }
}

/**
 * A receiver of turns that answers with the words it was asked with. The official verifier decides whether a request
 * is ours; others are refused.
 */
export function startWebhookServer(secret: string): Promise<ScriptedServer> {
  const verifier = new Webhook(secret)
  return startScriptedServer(({ text, headers }) => {
    try {
      const { message } = verifier.verify(text, headers as Record<string, string>) as Asked
      return events(...wordsOf(echoOf(message.text)))
    } catch (error) {
      return { status: 401, pieces: [`${String(error)} ${headers['webhook-signature'] as string}`] }
    }
  })
}

/** An event stream of these texts. */
export function events(...texts: string[]): Reply {
  return eventStream(texts.map((text) => `data: ${text.replaceAll('\n', '\ndata: ')}\n\n`))
}

/** A text as it is. */
export function plain(mediaType: string, ...pieces: Piece[]): Reply {
  return { headers: { 'content-type': mediaType }, pieces }
}
