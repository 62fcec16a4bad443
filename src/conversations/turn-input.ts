import { sql } from 'kysely'
import type { AgentFile, AgentTurn } from '../agents/agent.ts'
import type { GrantLimits, Grants } from '../grants/grants.ts'
import { agentMemory, memoriesOf } from './agent-memory.ts'
import { referencedId, type Attachments } from '../attachments/attachments.ts'
import type { Db } from '../storage/database.ts'
import { textOf, type MessagePart } from './parts.ts'
import type { BegunTurn } from './turn-store.ts'

/** How many earlier messages an agent is given; each backend has a window of its own below that. */
const historyLimit = 100

export interface TurnInputDependencies {
  db: Db
  attachments: Pick<Attachments, 'urlOf' | 'openBlob'>
  grants: Grants
  /** What the grant of an agent's turn is good for. */
  grantLimits: (agent: string) => GrantLimits
  /** Portico's own address. */
  publicUrl: string
}

interface InputRow {
  n: number
  turnId: string
  role: 'user' | 'assistant'
  author: string | null
  parts: MessagePart[]
}

/**
 * What agents are told, in the order of the turns: each turn's messages, those of finished turns before it, and
 * who asks. One query.
 */
export async function readTurnInputs(
  deps: TurnInputDependencies,
  turns: readonly BegunTurn[],
): Promise<AgentTurn[]> {
  const { db } = deps
  const reading = memoriesOf(db, turns)
  const { rows } = await sql<InputRow>`
    select t.n, m.turn_id as "turnId", m.role, m.author, m.parts
    from unnest(
      ${turns.map(({ id }) => id)}::text[],
      ${turns.map(({ conversationId }) => conversationId)}::text[]
    ) with ordinality as t (id, conversation_id, n)
    cross join lateral (
      select messages.* from messages join turns on turns.id = messages.turn_id
      where messages.conversation_id = t.conversation_id
        and (turns.finished_at is not null or turns.id = t.id)
      order by messages.turn_id desc, messages.id desc
      limit ${historyLimit}
    ) m
    order by m.turn_id, m.id`.execute(db)
  const messages = Map.groupBy(rows, ({ n }) => n)
  const memories = await reading
  return turns.map((turn, index) => inputOf(deps, turn, messages.get(index + 1) ?? [], memories.get(turn.id)))
}

function inputOf(
  deps: TurnInputDependencies,
  turn: BegunTurn,
  messages: readonly InputRow[],
  remembered: unknown,
): AgentTurn {
  const asked = messages.filter((message) => message.turnId === turn.id && message.role === 'user')
  const parts = asked.flatMap((message) => message.parts)
  return {
    id: turn.id,
    idempotencyKey: turn.id,
    attempt: turn.attempt,
    conversation: { id: turn.conversationId, title: turn.title, source: turn.source?.provider ?? null },
    user: askerOf(turn),
    message: {
      text: textOf(parts.filter((part) => part.type === 'text')),
      files: parts.flatMap((part) => (part.type === 'file' ? [fileOf(deps.attachments, part)] : [])),
    },
    history: messages
      .filter((message) => message.turnId !== turn.id)
      .map(({ role, author, parts }) => ({ role, author, text: textOf(parts) }))
      .filter(({ text }) => text !== ''),
    memory: agentMemory(deps.db, turn, remembered),
    grant: grantOf(deps, turn),
  }
}

function askerOf({ guest, userId: id, userName: name }: BegunTurn): AgentTurn['user'] {
  return guest === null ? { id, name, kind: 'member' } : { ...guest, kind: 'guest' }
}

/** A guest is nobody here, and the sponsor lends them an answer, not an account. */
function grantOf(
  { grants, grantLimits, publicUrl }: TurnInputDependencies,
  turn: BegunTurn,
): AgentTurn['grant'] {
  if (turn.guest !== null) return null
  const { id: turnId, conversationId, userId, workspaceId, agent } = turn
  const limits = grantLimits(agent)
  return {
    token: grants.issue({ turnId, conversationId, userId, workspaceId, agent, limits }),
    url: publicUrl,
  }
}

function fileOf(
  attachments: Pick<Attachments, 'urlOf' | 'openBlob'>,
  { url, media_type: mediaType, filename: name = 'file' }: MessagePart & { type: 'file' },
): AgentFile {
  const id = referencedId(url)
  if (id === undefined) return { name, mediaType, url }
  const read = async () => (await attachments.openBlob(id)).blob
  return { name, mediaType, url: attachments.urlOf(id), read }
}
