import type { AgentTurn } from '../../agent.ts'
import type { Fields } from '../../../lib/json.ts'
import type { App } from './app.ts'
import type { GivenFile, SentFiles } from './files.ts'

/** The part of a chat request that we use (https://docs.dify.ai/en/api-reference/chats/send-chat-message). */
export interface ChatRequest {
  query: string
  inputs: Fields
  response_mode: 'streaming'
  user: string
  files: GivenFile[]
  /** The title is ours to give. */
  auto_generate_name: false
}

export function chatRequest(
  turn: AgentTurn,
  user: string,
  inputs: Fields,
  app: App,
  { given, unsent }: SentFiles,
): ChatRequest {
  const named = unsent.map(({ name, mediaType }) => `[file: ${name}, ${mediaType}]`)
  const said = [turn.message.text, ...named].filter((line) => line !== '').join('\n\n')
  return {
    // Dify refuses a message without words, though it may come with a picture.
    query: said === '' && given.length > 0 ? turn.message.files.map(({ name }) => name).join(', ') : said,
    inputs: { ...inputs, ...inputsOf(turn, app) },
    response_mode: 'streaming',
    user,
    files: given,
    auto_generate_name: false,
  }
}

/**
 * What the app asks to know of the turn, by the names of its inputs. Dify writes inputs into its log, the token too,
 * so an app gets only what it has a field for. A guest's turn tells nothing.
 */
function inputsOf({ user, conversation, grant }: AgentTurn, app: App): Fields {
  if (user.kind === 'guest') return {}
  const known: Record<string, string | null> = {
    portico_user_id: user.id,
    portico_user_name: user.name,
    portico_conversation_id: conversation.id,
    portico_source: conversation.source,
    portico_token: grant?.token ?? null,
    portico_url: grant?.url ?? null,
  }
  return Object.fromEntries(
    Object.entries(known).filter(([name, value]) => value !== null && app.inputs.has(name)),
  )
}
