import { createEventLog, type EventLog } from './event-log.ts'
import type { Reply, SeenRequest } from './local-server.ts'
import { openAiError } from './openai-error.ts'
import {
  namedEvent,
  responseEventsOf,
  responseOf,
  type ModelResponse,
  type ResponseEvent,
} from './openai-response.ts'
import { eventStream, json } from './replies.ts'

/** Responses that are written whether anybody listens or not (https://platform.openai.com/docs/guides/background). */
export interface Background {
  responses: BackgroundResponse[]
  begin(answer: ModelResponse, model: string, isStreamed: boolean, closed: Promise<void>): Reply
  /** What is asked of a response by its id: to read it, to hear it, to cancel it. */
  answer(request: SeenRequest): Reply
  /** The next streams are cut after so many events, one each. */
  cutAfter(...events: number[]): void
  /** The server no longer knows a response. */
  forget(id: string): void
}

export interface BackgroundResponse {
  id: string
  status: 'in_progress' | 'completed' | 'incomplete' | 'failed' | 'cancelled'
  model: string
  answer: ModelResponse
  events: EventLog<ResponseEvent>
}

export function createBackground(): Background {
  const cuts: number[] = []
  const background: Background = {
    responses: [],
    begin(answer, model, isStreamed, closed) {
      const id = `resp_${background.responses.length + 1}`
      const response: BackgroundResponse = {
        id,
        status: 'in_progress',
        model,
        answer,
        events: createEventLog(),
      }
      background.responses.push(response)
      void write(response)
      return isStreamed
        ? streamOf(response, 0, closed, cuts.shift())
        : json({ ...bodyOf(response), status: 'queued' })
    },
    answer({ method, path, query, closed }) {
      const [, , , id = '', verb] = path.split('/')
      const response = background.responses.find((known) => known.id === id)
      if (response === undefined) return openAiError(404, null, `Response with id '${id}' not found.`)
      if (method === 'POST' && verb === 'cancel') {
        if (response.status === 'in_progress') response.status = 'cancelled'
        response.events.end()
      }
      if (query.get('stream') !== 'true') return json(bodyOf(response))
      return streamOf(response, Number(query.get('starting_after') ?? -1) + 1, closed, cuts.shift())
    },
    cutAfter: (...events) => void cuts.push(...events),
    forget(id) {
      background.responses = background.responses.filter((response) => response.id !== id)
    },
  }
  return background
}

/** The words after the first wait for `answer.rest`. */
async function write(response: BackgroundResponse) {
  const { answer, model, id, events } = response
  const isWord = (event: ResponseEvent) => event.type === 'response.output_text.delta'
  let words = 0
  for (const event of responseEventsOf(answer, model, id)) {
    if (isWord(event) && ++words === 2) await answer.rest
    if (isOver(response)) return
    events.push(event)
  }
  response.status = answer.status ?? 'completed'
  events.end()
}

function isOver({ status }: BackgroundResponse): boolean {
  return status !== 'in_progress'
}

function bodyOf({ id, status, model, answer }: BackgroundResponse): object {
  const whole = responseOf(answer, model, id)
  return status === 'in_progress' || status === 'cancelled' ? { ...whole, status, output: [] } : whole
}

function streamOf(
  { events }: BackgroundResponse,
  from: number,
  closed: Promise<void>,
  cut: number | undefined,
): Reply {
  const to = cut === undefined ? undefined : from + cut
  return eventStream(piecesOf(events.from(from, closed, to)), cut === undefined ? undefined : 'cut')
}

async function* piecesOf(events: AsyncIterable<[number, ResponseEvent]>) {
  for await (const [, event] of events) yield namedEvent(event)
}
