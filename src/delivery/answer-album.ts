import { canSendAlbums, type OutboundFile } from '../channels/channel.ts'
import { addressOf, isFinalRefusal, type Answer } from './outlet.ts'
import type { AnswerFile } from './transcript.ts'

/**
 * Sends the files of an answer as one album, where the platform has albums and these files make one; false where
 * they must go one by one. After a crash they do, since an album cannot be completed.
 */
export async function deliverAlbum(
  answer: Answer,
  files: readonly AnswerFile[],
  firstPart: number,
): Promise<boolean> {
  const { outlet, owner, to, signal } = answer
  const { channel, clock, definition, deliveries, governor } = outlet
  if (files.length < 2 || !canSendAlbums(channel)) return false
  const opened = await openAll(answer, files)
  if (opened === undefined) return false
  if (!definition.abilities.idempotentSend) {
    for (const index of files.keys())
      await deliveries.note({ owner, part: firstPart + index, at: new Date(clock.now()), state: 'opening' })
  }
  try {
    const sent = await governor.call(to, { signal }, () =>
      channel.sendAlbum(addressOf(to, firstPart), opened, `${owner.key}:album`),
    )
    for (const [index, ref] of (sent ?? []).entries()) {
      const at = new Date(clock.now())
      await deliveries.note({ owner, part: firstPart + index, at, state: 'sent', ref })
    }
    return sent !== undefined
  } catch (error) {
    if (isFinalRefusal(error)) return false
    throw error
  }
}

/** Undefined when one is not there, or all together are more than the platform takes of one. */
async function openAll(
  { outlet }: Answer,
  files: readonly AnswerFile[],
): Promise<OutboundFile[] | undefined> {
  let room = outlet.definition.abilities.files?.maxOutboundBytes ?? 0
  const opened: OutboundFile[] = []
  for (const { url, name, mediaType } of files) {
    const blob = await outlet.files.open(url)
    room -= blob?.size ?? Infinity
    if (blob === undefined || blob.size === 0 || room < 0) return undefined
    opened.push({ name, mediaType, blob })
  }
  return opened
}
