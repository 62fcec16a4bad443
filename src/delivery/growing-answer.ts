import type { CanEdit, Channel, OutboundMessage, SentMessage } from '../channels/channel.ts'
import type { PlatformError } from '../lib/errors.ts'
import type { DeliveryRow } from './deliveries.ts'
import { firstFilePart } from './answer-files.ts'
import {
  addressOf,
  giveUp,
  isFinalRefusal,
  printed,
  type Answer,
  type DeliveryOutcome,
  type Outlet,
} from './outlet.ts'
import { showTypingWhile } from './typing.ts'

/** A message of the answer as it stands in the chat. */
interface Standing {
  ref: SentMessage
  /** What it shows; undefined if another process showed something. */
  text: string | undefined
  /** It was sent or edited as one that goes on growing. */
  isGrowing: boolean
  shownAt: number
}

/** The messages of one answer while it grows. */
interface Growth extends Answer {
  channel: Channel & CanEdit
  standing: (Standing | undefined)[]
  /** Parts whose opening was cut off by a crash. */
  maybeSent: ReadonlySet<number>
  /** Parts that were lost in the chat and opened again. */
  reopened: Set<number>
  /** Part 0 was noted as opening when the work began. */
  notedAt: Date | undefined
  /** The whole answer went out with its first message. */
  isSentWhole: boolean
}

/**
 * For platforms with edits. Each message of the answer goes through
 *
 *   (typing sign) -> opening: noted, then sent with a placeholder -> open: its reference is noted
 *     -> edited to the newest text, as often as the pace allows -> edited to the final text -> sent
 *
 * After a crash, an `open` message is edited on. One that was `opening` may stand in the chat: where a repeated
 * send is one message it is sent again, elsewhere a new placeholder is opened. What is lost then is a placeholder,
 * never an answer, so that no answer is seen twice. A message that a person deleted is opened again, once.
 */
export async function growAnswer(answer: Answer, channel: Channel & CanEdit): Promise<DeliveryOutcome> {
  const { outlet, owner, turn, signal } = answer
  const notedAt = new Date(outlet.clock.now())
  const { rows: all, isNew } = await outlet.deliveries.begin(owner, notedAt)
  const rows = all.filter(({ part }) => part < firstFilePart)
  if (rows.some((row) => row.state === 'failed')) return 'undeliverable'
  if (rows.every((row) => row.state === 'sent')) return 'sent'
  const standing = rows.map((row) => asStanding(row, notedAt.getTime()))
  const opening = isNew ? [] : rows.filter((row) => row.state === 'opening')
  const growth: Growth = {
    ...answer,
    channel,
    standing,
    maybeSent: new Set(opening.map((row) => row.part)),
    reopened: new Set(opening.filter((row) => row.platform_ref !== null).map((row) => row.part)),
    notedAt: isNew ? notedAt : undefined,
    isSentWhole: false,
  }
  const somethingStands = new AbortController()
  if (standing.every((message) => message === undefined)) {
    void showTypingWhile(answer, AbortSignal.any([turn.ended, somethingStands.signal]))
  }
  for (;;) {
    signal.throwIfAborted()
    const part = firstDifference(growth)
    if (part === undefined && turn.transcript.isFinished) break
    if (part === undefined) await turn.changed()
    else {
      somethingStands.abort()
      const refusal = await bringUpToDate(growth, part)
      if (refusal !== undefined) return giveUp(answer, part, refusal)
    }
  }
  if (growth.isSentWhole) return 'sent'
  await clearSurplus(growth)
  await outlet.deliveries.noteAllSent(owner.key, new Date(outlet.clock.now()))
  return 'sent'
}

function asStanding(row: DeliveryRow, now: number): Standing | undefined {
  return row.state === 'opening' || row.platform_ref === null
    ? undefined
    : { ref: row.platform_ref, text: undefined, isGrowing: true, shownAt: now }
}

/** The first message that does not stand as it should; a native one must also be told that it is complete. */
function firstDifference(growth: Growth): number | undefined {
  const { standing, outlet } = growth
  const mustClose = outlet.definition.abilities.streaming === 'native'
  const part = growth.messages().findIndex(({ text, growing, buttons }, index) => {
    const shown = standing[index]
    if (shown?.text !== text) return true
    return shown.isGrowing && growing === undefined && (mustClose || buttons !== undefined)
  })
  return part < 0 ? undefined : part
}

/** Returns the refusal when the platform will never take this message. */
async function bringUpToDate(growth: Growth, part: number): Promise<PlatformError | undefined> {
  const message = growth.standing[part]
  try {
    if (message === undefined) await open(growth, part)
    else await edit(growth, part, message)
  } catch (error) {
    if (!isFinalRefusal(error)) throw error
    if (message === undefined || growth.reopened.has(part)) return error
    growth.reopened.add(part)
    growth.standing[part] = undefined
  }
  return undefined
}

async function open(growth: Growth, part: number): Promise<void> {
  const { outlet, owner, to, turn, signal, channel } = growth
  const { deliveries, governor, clock, definition } = outlet
  const openedAt = growth.notedAt ?? new Date(clock.now())
  if (growth.notedAt === undefined) await deliveries.note({ owner, part, at: openedAt, state: 'opening' })
  growth.notedAt = undefined
  const key = `${owner.key}:${part}${growth.reopened.has(part) ? ':again' : ''}`
  const sent = await governor.call(to, { signal }, async () => {
    const newest = definition.abilities.idempotentSend ? growth.messages()[part] : undefined
    const message = newest ?? emptyMessage(outlet)
    const ref = await channel.send(addressOf(to, part), message, key)
    // A send that is repeated after a crash may be answered with the first message, which shows another text.
    const text = growth.maybeSent.has(part) ? undefined : message.text
    const isGrowing = message.growing === true
    return { ref, text, isGrowing, shownAt: newest === undefined ? -Infinity : clock.now() }
  })
  const all = growth.messages()
  growth.isSentWhole =
    turn.transcript.isFinished && all.length === 1 && all[0]?.text === sent.text && !sent.isGrowing
  const state = growth.isSentWhole ? 'sent' : 'open'
  if (!(await deliveries.noteOpen({ owner, part, at: openedAt, ref: sent.ref, state }))) {
    throw new Error('Another worker delivers this answer.')
  }
  growth.standing[part] = sent
}

/** What a message shows before there is text; a native one shows by itself that it is about to grow. */
function emptyMessage({ definition, texts }: Outlet): OutboundMessage {
  if (definition.abilities.streaming === 'native') return { text: '', plain: '', growing: true }
  return { ...printed(definition, texts.placeholder), growing: true }
}

/** Shows the newest text. What waits while the turn goes on waits no longer when it ends: the final text is next. */
async function edit(growth: Growth, part: number, message: Standing): Promise<void> {
  const { outlet, to, turn, signal, channel } = growth
  const { clock, governor } = outlet
  const show = async () => {
    const newest = growth.messages()[part]
    if (newest === undefined) return
    await channel.edit(message.ref, newest)
    message.text = newest.text
    message.isGrowing = newest.growing === true
    message.shownAt = clock.now()
  }
  if (turn.transcript.isFinished) return governor.call(to, { signal }, show)
  const patient = AbortSignal.any([signal, turn.ended])
  try {
    await restBetweenEdits(growth, message, patient)
    await governor.call(to, { signal: patient, urgency: 'relaxed' }, show)
  } catch (error) {
    if (signal.aborted || !turn.ended.aborted || error !== patient.reason) throw error
  }
}

async function restBetweenEdits(
  { outlet, to }: Growth,
  { shownAt }: Standing,
  signal: AbortSignal,
): Promise<void> {
  const { privateChat, groupChat } = outlet.definition.abilities.editIntervalMs
  const waitMs = shownAt + (to.kind === 'private' ? privateChat : groupChat) - outlet.clock.now()
  if (waitMs > 0) await outlet.sleep(waitMs, signal)
}

/** A failed attempt may have opened more messages than the answer needs in the end. */
async function clearSurplus(growth: Growth): Promise<void> {
  const { outlet, to, signal, channel } = growth
  const surplus = growth.standing.slice(growth.messages().length).filter((message) => message !== undefined)
  for (const { ref } of surplus) {
    const clear = () => channel.edit(ref, printed(outlet.definition, outlet.texts.replaced))
    await outlet.governor.call(to, { signal }, clear).catch((error: unknown) => {
      if (!isFinalRefusal(error)) throw error
    })
  }
}
