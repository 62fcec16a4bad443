import type { FastifyReply } from 'fastify'
import type { Conversations, TurnReader } from '../../conversations/conversations.ts'
import type { Principal } from '../../identity/principal.ts'
import { answers } from '../schemas.ts'
import { lastEventIdOf, streamEvents, type StreamedEvent } from '../sse.ts'
import { callerOf, type App } from '../types.ts'
import { ById } from './schemas.ts'

export function streamTurn(app: App, conversations: Conversations): void {
  app.get(
    '/api/turns/:id/stream',
    {
      config: { access: 'user', permission: 'CHAT' },
      schema: {
        summary: 'The events of a turn, after Last-Event-ID; on any replica, also after the turn has ended',
        description: 'Server-sent events in the Vercel AI SDK UI message stream protocol, version 1.',
        tags: ['conversations'],
        params: ById,
        produces: ['text/event-stream'],
        response: answers({}, [404]),
      },
    },
    async (request, reply) =>
      streamTurnTo(reply, conversations, callerOf(request), request.params.id, lastEventIdOf(request)),
  )
}

/** Answers with a turn's event stream. A turn that the caller may not see is refused before it begins. */
export async function streamTurnTo(
  reply: FastifyReply,
  conversations: Conversations,
  caller: Principal,
  turnId: string,
  after: number,
): Promise<void> {
  await streamReader(reply, await conversations.stream(caller, turnId, after), { 'x-turn-id': turnId })
}

/** Answers with what a reader reads, numbered as in the turn. */
export async function streamReader(
  reply: FastifyReply,
  read: TurnReader,
  headers: Record<string, string>,
): Promise<void> {
  await streamEvents(reply, (signal) => numbered(read, signal), { headers })
}

async function* numbered(read: TurnReader, signal: AbortSignal): AsyncIterable<StreamedEvent> {
  for await (const { seq, data } of read(signal)) yield seq === undefined ? { data } : { id: seq, data }
}
