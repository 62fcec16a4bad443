import { fieldsOf, jsonOf, listOf, stringOf } from '../upstream/fields.ts'
import { startScriptedServer, type Reply, type ScriptedServer, type SeenRequest } from './scripted-server.ts'

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
export function spoken(text: string): Reply {
  const words = text.match(/\s*\S+\s*/gu) ?? ['Nothing was said.']
  return chunks(
    { type: 'start', messageId: 'msg_upstream' },
    { type: 'start-step' },
    { type: 'text-start', id: '0' },
    ...words.map((delta) => ({ type: 'text-delta', id: '0', delta })),
    { type: 'text-end', id: '0' },
    { type: 'finish-step' },
    { type: 'finish', finishReason: 'stop' },
  )
}

/** A whole stream of these chunks. */
export function chunks(...all: object[]): Reply {
  return { headers: streamHeaders, pieces: [...all.map(event), 'data: [DONE]\n\n'] }
}

/** The beginning of a stream, and how it ends. */
export function begun(end: Reply['end'], ...all: object[]): Reply {
  return { headers: streamHeaders, pieces: all.map(event), ...(end === undefined ? {} : { end }) }
}

const streamHeaders = { 'content-type': 'text/event-stream', 'x-vercel-ai-ui-message-stream': 'v1' }

function event(chunk: object): string {
  return `data: ${JSON.stringify(chunk)}\n\n`
}

function lastTextIn({ body }: SeenRequest): string {
  const last = fieldsOf(listOf(fieldsOf(jsonOf(body))['messages']).at(-1))
  return listOf(last['parts'])
    .map((part) => stringOf(fieldsOf(part)['text']))
    .join(' ')
}
