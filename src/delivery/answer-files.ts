import { canSendFiles, type SentMessage } from '../channels/channel.ts'
import { PlatformError } from '../lib/errors.ts'
import { deliverAlbum } from './answer-album.ts'
import { addressOf, giveUp, isFinalRefusal, printed, type Answer, type DeliveryOutcome } from './outlet.ts'
import type { AnswerFile } from './transcript.ts'

/** Parts from here on are files; those before are the messages of the text. */
export const firstFilePart = 1_000

/**
 * Sends the files of an answer after its text, each noted like a message that is sent whole. What the platform does
 * not take is offered as a link, and what is not there is named: nobody waits for a file that never comes.
 */
export async function deliverFiles(answer: Answer): Promise<DeliveryOutcome> {
  const { outlet, owner, turn, signal } = answer
  while (!turn.transcript.isFinished) await turn.changed()
  const { files } = turn.transcript
  if (files.length === 0) return 'sent'
  const rows = await outlet.deliveries.read(owner.key)
  const isFresh = rows.every(({ part }) => part < firstFilePart)
  if (isFresh && (await deliverAlbum(answer, files, firstFilePart))) return 'sent'
  for (const [index, file] of files.entries()) {
    const part = firstFilePart + index
    if (rows.some((row) => row.part === part && row.state !== 'opening')) continue
    signal.throwIfAborted()
    const at = () => new Date(outlet.clock.now())
    if (!outlet.definition.abilities.idempotentSend)
      await outlet.deliveries.note({ owner, part, at: at(), state: 'opening' })
    try {
      const ref = await sendFile(answer, file, part)
      await outlet.deliveries.note({ owner, part, at: at(), state: 'sent', ref })
    } catch (error) {
      if (!isFinalRefusal(error)) throw error
      await giveUp(answer, part, error)
    }
  }
  return 'sent'
}

async function sendFile(answer: Answer, file: AnswerFile, part: number): Promise<SentMessage> {
  const { outlet, owner, to, signal } = answer
  const { channel, definition, files, governor } = outlet
  const largest = definition.abilities.files?.maxOutboundBytes ?? 0
  const key = `${owner.key}:${part}`
  const blob = canSendFiles(channel) ? await files.open(file.url) : undefined
  if (blob !== undefined && canSendFiles(channel) && blob.size > 0 && blob.size <= largest) {
    const { name, mediaType } = file
    try {
      return await governor.call(to, { signal }, () =>
        channel.sendFile(addressOf(to, part), { name, mediaType, blob }, key),
      )
    } catch (error) {
      if (!(error instanceof PlatformError) || error.kind !== 'invalid') throw error
    }
  }
  return governor.call(to, { signal }, () =>
    channel.send(addressOf(to, part), printed(definition, linkTo(answer, file)), `${key}:link`),
  )
}

function linkTo({ outlet }: Answer, { name, url }: AnswerFile): string {
  const label = name.replace(/[[\]\\]/g, '\\$&')
  const link = outlet.files.link(url)
  return link === undefined
    ? outlet.texts.fileLost(label)
    : `[${label}](<${link.replace(/[<>\n]/g, encodeURIComponent)}>)`
}
