/**
 * What we read of the iLink bot protocol, as Tencent publishes it with its own client (MIT):
 * https://github.com/Tencent/openclaw-weixin, `src/api/types.ts`. Ids are uint64 on the wire.
 */
export const itemTypes = { text: 1, image: 2, voice: 3, file: 4, video: 5 } as const

export const uploadTypes = { image: 1, video: 2, file: 3 } as const

/** Who wrote a message. */
export const fromPerson = 1
export const fromBot = 2

/** A message that is complete, and not one that is being written. */
export const finished = 2

/** What the platform answers when the login is no longer valid, or not used by this process yet. */
export const staleLogin = -14

/** What it answers when the bot may not write to this person now. */
export const sendRefused = -2

/** A text that is not empty, or a number, as text: ids come as either. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return textOf(value)
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number.parseInt(value, 10) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}
