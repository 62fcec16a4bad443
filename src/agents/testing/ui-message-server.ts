import { fieldsOf, listOf, stringOf } from '../../lib/json.ts'
import { startScriptedServer, type ScriptedServer } from './scripted-server.ts'
import type { Reply, SeenRequest } from './local-server.ts'
import { echoOf, eventOf, wordsOf } from './replies.ts'

/**
 * A chat route as the AI SDK's servers have it: POST answers the last message with its own words, GET of a chat's
 * stream has nothing to resume. With `apiKey` all else is refused.
 */
export function startUiMessageServer({ apiKey }: { apiKey?: string } = {}): Promise<ScriptedServer> {
  return startScriptedServer((request) => {
    if (apiKey !== undefined && request.headers.authorization !== `Bearer ${apiKey}`)
      return { status: 401, pieces: [`No such key: ${request.headers.authorization ?? 'none'}`] }
    return request.method === 'POST' ? spoken(lastTextIn(request)) : { status: 204 }
  })
}

/** An answer as `toUIMessageStreamResponse` writes it, `text` word by word. */
export function spoken(text: string): WholeReply {
  return chunks(
    { type: 'start', messageId: 'msg_upstream' },
    { type: 'start-step' },
    { type: 'text-start', id: '0' },
    ...wordsOf(echoOf(text)).map((delta) => ({ type: 'text-delta', id: '0', delta })),
    { type: 'text-end', id: '0' },
    { type: 'finish-step' },
    { type: 'finish', finishReason: 'stop' },
  )
}

/** A whole stream of these chunks. */
export function chunks(...all: object[]): WholeReply {
  return { headers: streamHeaders, pieces: [...all.map(eventOf), 'data: [DONE]\n\n'] }
}

/** The beginning of a stream, and how it ends. */
export function begun(end: Reply['end'], ...all: object[]): Reply {
  return { headers: streamHeaders, pieces: all.map(eventOf), end }
}

type WholeReply = Reply & { pieces: string[] }

const streamHeaders = { 'content-type': 'text/event-stream', 'x-vercel-ai-ui-message-stream': 'v1' }

function lastTextIn({ body }: SeenRequest): string {
  const last = fieldsOf(listOf(body['messages']).at(-1))
  return listOf(last['parts'])
    .map((part) => stringOf(fieldsOf(part)['text']))
    .join(' ')
}
