import {
  referenceOf,
  type Attachment,
  type Attachments,
  type FileLimits,
} from '../attachments/attachments.ts'
import {
  canFetchFiles,
  type CanFetchFiles,
  type Channel,
  type ChannelDefinition,
  type InboundFile,
  type InboundMessage,
} from '../channels/channel.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { GatewayError, NetworkError, PlatformError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Sleep } from '../lib/sleep.ts'
import type { Db } from '../storage/database.ts'
import type { ChatTurn } from './begin-chat-turns.ts'
import { replyAddress } from './notice.ts'
import type { MessagePart } from './parts.ts'
import { texts } from './texts.ts'

export interface InboundFileDependencies {
  db: Db
  attachments: Attachments
  delivery: Pick<Delivery, 'post'>
  /** A bot's channel, to ask its platform for files; undefined when the bot does not run any more. */
  openChannel(botId: string): Promise<{ channel: Channel; definition: ChannelDefinition } | undefined>
  sleep: Sleep
  log: Log
}

type Asked = Pick<ChatTurn, 'bot' | 'owner' | 'batch'>

/** A platform that gives no files, or none that says how large they may be, is held to this. */
const usualLimit = 25_000_000
const tries = 3
const patienceMs = 120_000
const longestPauseMs = 10_000

/**
 * Fetches the files of messages through their bot and keeps them for the owner: for each message the parts that
 * come after its text. A file that cannot be had becomes words for the agent, and a notice for the person; the turn
 * goes on. What an earlier try has kept is not fetched again. Without files nothing is asked and nothing returned.
 */
export async function keepInboundFiles(
  deps: InboundFileDependencies,
  asked: Asked,
  signal: AbortSignal,
): Promise<MessagePart[][] | undefined> {
  const { bot, batch } = asked
  if (batch.every(({ files }) => files.length === 0)) return undefined
  const keysOf = ({ key, files }: InboundMessage) => files.map((_, index) => `${bot.id}/${key}/${index}`)
  const kept = await deps.attachments.findBySource(batch.flatMap(keysOf))
  const source = await openSource(deps, bot.id)
  const failures: string[] = []
  const parts: MessagePart[][] = []
  for (const message of batch) {
    const own: MessagePart[] = []
    for (const [index, file] of message.files.entries()) {
      const sourceKey = keysOf(message)[index] ?? ''
      if (file.transcript !== undefined && file.transcript !== message.text)
        own.push({ type: 'text', text: file.transcript })
      try {
        const attachment =
          kept.get(sourceKey) ?? (await keep(deps, asked, source, { file, sourceKey }, signal))
        own.push(partOf(attachment))
      } catch (error) {
        signal.throwIfAborted()
        deps.log.warn({ bot: bot.id, message: message.key, err: error }, 'a file could not be kept')
        const said = texts.fileUnread(file.name, reasonOf(error, source.limits))
        own.push({ type: 'text', text: `[${said}]` })
        failures.push(said)
      }
    }
    parts.push(own)
  }
  if (failures.length > 0) await tellFailures(deps, asked, failures)
  return parts
}

interface FileSource {
  channel: CanFetchFiles | undefined
  limits: FileLimits
}

async function openSource(deps: InboundFileDependencies, botId: string): Promise<FileSource> {
  const opened = await deps.openChannel(botId)
  const maxBytes = opened?.definition.abilities.files?.maxInboundBytes ?? usualLimit
  const channel = opened !== undefined && canFetchFiles(opened.channel) ? opened.channel : undefined
  return { channel, limits: { maxBytes } }
}

async function keep(
  deps: InboundFileDependencies,
  { owner }: Asked,
  { channel, limits }: FileSource,
  { file, sourceKey }: { file: InboundFile; sourceKey: string },
  signal: AbortSignal,
): Promise<Attachment> {
  if (channel === undefined) throw new Error('The channel gives no files.')
  if ((file.size ?? 0) > limits.maxBytes) throw new TooLarge()
  for (let attempt = 1; ; attempt++) {
    try {
      const within = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
      const { body, mediaType, name = file.name } = await channel.fetchFile(file, within)
      const isVague = file.mediaType === '' || file.mediaType === 'application/octet-stream'
      return await deps.attachments.keep(
        { userId: owner.user.id, workspaceId: owner.workspaceId },
        { name, mediaType: isVague ? (mediaType ?? '') : file.mediaType, body, sourceKey },
        limits,
      )
    } catch (error) {
      signal.throwIfAborted()
      const pauseMs = pauseBefore(attempt, error)
      if (attempt === tries || pauseMs === undefined) throw error
      await deps.sleep(pauseMs, signal)
    }
  }
}

class TooLarge extends Error {}

function isTooLarge(error: unknown): boolean {
  return error instanceof TooLarge || (error instanceof GatewayError && error.code === 'file_too_large')
}

/** How long to wait before another try; undefined where it would end the same way. */
function pauseBefore(attempt: number, error: unknown): number | undefined {
  const usual = attempt * 1_000
  if (error instanceof NetworkError) return usual
  if (error instanceof GatewayError) return error.code === 'file_unreachable' ? usual : undefined
  if (!(error instanceof PlatformError)) return undefined
  if (error.kind === 'transient') return usual
  const asked = error.kind === 'rate_limited' ? (error.retryAfterMs ?? usual) : Infinity
  return asked <= longestPauseMs ? asked : undefined
}

function reasonOf(error: unknown, { maxBytes }: FileLimits): string {
  if (isTooLarge(error)) return texts.fileTooLarge(maxBytes)
  if (error instanceof GatewayError && error.code === 'file_type_refused') return texts.fileTypeRefused
  return texts.fileUnreachable
}

function partOf({ id, mediaType, name }: Attachment): MessagePart {
  return { type: 'file', url: referenceOf(id), media_type: mediaType, filename: name }
}

async function tellFailures(
  deps: InboundFileDependencies,
  { bot, batch: [first] }: Asked,
  failures: string[],
) {
  const text = failures.map((failure) => failure.replace(/[\\`*_[\]<>~|]/g, '\\$&')).join('\n\n')
  const key = `${bot.id}/${first.key}/files`
  await deps.db
    .transaction()
    .execute((tx) =>
      deps.delivery.post(tx, { botId: bot.id, to: replyAddress(first), text, key, urgent: true }),
    )
}
