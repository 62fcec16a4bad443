import type { AgentDependencies, AgentTurn } from '../../../agent.ts'
import { fieldsOf, jsonOf, stringOf, type Fields } from '../../../../lib/json.ts'
import { Failure, unreachable } from '../../../upstream/failure.ts'
import { delayBefore } from '../../../upstream/retries.ts'
import type { ServerEvent } from '../../../upstream/server-events.ts'
import { stopWithTurn } from '../../../upstream/stop-with-turn.ts'
import {
  askUpstream,
  askUpstreamForJson,
  type Upstream,
  type UpstreamCall,
} from '../../../upstream/upstream.ts'

interface Work {
  turn: AgentTurn
  /** What asks for a new response. */
  call: UpstreamCall
  upstream: Upstream
  dependencies: AgentDependencies
  signal: AbortSignal
}

/**
 * The events of a response that the server writes whether we listen or not
 * (https://platform.openai.com/docs/guides/background). One response per turn, whatever breaks:
 *
 *   looking -> this turn has none        -> asking
 *   looking -> it is being written       -> listening, from its beginning
 *   looking -> it is whole               -> told
 *   looking -> it is gone, or has failed -> asking
 *   asking    -> the first event names it, and it is remembered -> listening
 *   listening -> the line breaks -> listening after the last event that came, at most `max_retries` times
 *
 * Throws Failure as long as there is no response, AgentError once its line is lost.
 */
export function backgroundResponse(work: Work): AsyncGenerator<ServerEvent> {
  return stopWithTurn(follow(work), work.signal, (signal) => cancel(work, signal))
}

async function* follow(work: Work): AsyncGenerator<ServerEvent> {
  const { call, upstream, dependencies, signal } = work
  const known = await takeUp(work)
  if (known?.isWhole === true) {
    yield { name: 'message', data: JSON.stringify(known.response), id: '' }
    return
  }
  const line: Line = { response: known?.id, heard: undefined }
  let stream =
    line.response === undefined
      ? askUpstream(call, upstream, dependencies, signal)
      : listen(work, line.response, undefined)
  for (let lost = 0; ; lost++) {
    const broken = yield* relay(work, line, stream)
    if (broken === undefined) return
    if (line.response === undefined) throw broken
    if (!broken.mayPass || lost >= upstream.maxRetries) throw broken.error
    await dependencies.sleep(delayBefore(lost, broken), signal)
    stream = listen(work, line.response, line.heard)
  }
}

/** How far we have heard a response. */
interface Line {
  response: string | undefined
  /** The number of the last event. */
  heard: number | undefined
}

/** Gives what broke the stream, if the response did not end. */
async function* relay(
  { turn }: Work,
  line: Line,
  stream: AsyncIterable<ServerEvent>,
): AsyncGenerator<ServerEvent, Failure | undefined> {
  try {
    for await (const event of stream) {
      const { type, sequence_number: number, response } = fieldsOf(jsonOf(event.data))
      const id = stringOf(fieldsOf(response)['id'])
      if (line.response === undefined && id !== '') {
        await turn.memory.write({ turn: turn.idempotencyKey, response: id })
        line.response = id
      }
      if (typeof number === 'number') line.heard = number
      yield event
      if (/^(error|response\.(completed|incomplete|failed|cancelled))$/.test(stringOf(type))) return undefined
    }
    return unreachable(new Error('The stream ended before the response did.'))
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
}

function listen({ upstream, dependencies, signal }: Work, id: string, after: number | undefined) {
  const from = after === undefined ? '' : `&starting_after=${after}`
  return askUpstream({ path: `${pathOf(id)}?stream=true${from}` }, upstream, dependencies, signal)
}

/** The response that an earlier attempt of the turn has asked for, unless nothing can come of it. */
async function takeUp(work: Work): Promise<{ id: string; response: Fields; isWhole: boolean } | undefined> {
  const id = rememberedIn(work.turn)
  if (id === undefined) return undefined
  const response = fieldsOf(await read(work, id))
  const status = stringOf(response['status'])
  const isWhole = status === 'completed' || status === 'incomplete'
  return isWhole || status === 'queued' || status === 'in_progress' ? { id, response, isWhole } : undefined
}

async function read({ upstream, dependencies, signal }: Work, id: string): Promise<unknown> {
  try {
    return await askUpstreamForJson({ path: pathOf(id) }, upstream, dependencies, signal)
  } catch (error) {
    if (error instanceof Failure && error.said?.status === 404) return undefined
    throw error
  }
}

async function cancel({ turn, upstream, dependencies }: Work, signal: AbortSignal): Promise<void> {
  const id = rememberedIn(turn)
  if (id === undefined) return
  await askUpstreamForJson({ path: `${pathOf(id)}/cancel`, method: 'POST' }, upstream, dependencies, signal)
}

function rememberedIn({ memory, idempotencyKey }: AgentTurn): string | undefined {
  const { turn, response } = fieldsOf(memory.read())
  return turn === idempotencyKey ? stringOf(response) || undefined : undefined
}

function pathOf(id: string): string {
  return `/responses/${encodeURIComponent(id)}`
}
