import type { AgentEvent, AgentTurn } from '../../agent.ts'
import { createParts } from '../../parts.ts'
import { Failure } from '../../upstream/failure.ts'
import { fieldsOf, listOf, stringOf, type Fields } from '../../../lib/json.ts'
import { answerFile } from './answer-files.ts'
import type { AppApi } from './api.ts'
import type { Thread } from './thread.ts'

/**
 * The message of an earlier attempt of this turn, if its answer is whole. Dify takes no idempotency key, so it is
 * known by its id where the attempt lived to hear it; else it is the same question after the last message that we
 * know of. Undefined where that cannot be told.
 */
export async function findEarlierAnswer(
  turn: AgentTurn,
  user: string,
  { conversation, message, run }: Thread,
  api: AppApi,
): Promise<Fields | undefined> {
  const messages = await readMessages(conversation, user, api)
  const last = messages.find(({ id }) => id === message)
  const isOurs = run?.turn === turn.idempotencyKey
  const found = isOurs ? last : messages.find((candidate) => asksAgain(candidate, last, turn))
  return found !== undefined && isWhole(found) ? found : undefined
}

async function readMessages(conversation: string, user: string, api: AppApi): Promise<Fields[]> {
  try {
    const query = { conversation_id: conversation, user, limit: '20' }
    return listOf(fieldsOf(await api.get('/messages', query))['data']).map(fieldsOf)
  } catch (error) {
    // Asking again tells better what is wrong.
    if (error instanceof Failure) return []
    throw error
  }
}

function asksAgain(candidate: Fields, last: Fields | undefined, { message: { text } }: AgentTurn): boolean {
  if (last === undefined || candidate['id'] === last['id'] || text === '') return false
  return candidate['query'] === text && Number(candidate['created_at']) >= Number(last['created_at'])
}

/** The answer of a message that is still being written is empty. */
function isWhole({ status, answer }: Fields): boolean {
  return (status === undefined || status === 'normal') && stringOf(answer).trim() !== ''
}

export function* tellEarlierAnswer(message: Fields, baseUrl: string): Generator<AgentEvent> {
  const parts = createParts()
  yield* parts.text(stringOf(message['answer']))
  yield* parts.close()
  for (const value of listOf(message['message_files'])) {
    const file = answerFile(value, baseUrl)
    if (file !== undefined) yield file
  }
}
