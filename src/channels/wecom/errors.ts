import { NetworkError, PlatformError, type PlatformRefusal } from '../../lib/errors.ts'

/** The window of the message that would be answered, or of the answer, is over: it goes on as a message of its own. */
export const windowCodes = new Set([846605, 846608])

const kinds: Readonly<Record<number, PlatformRefusal>> = {
  // Busy.
  [-1]: 'transient',
  6000: 'transient',
  // Not subscribed (any more).
  846609: 'transient',
  // Too often.
  45009: 'rate_limited',
  45033: 'rate_limited',
  846607: 'rate_limited',
  // The window is over.
  846605: 'gone',
  846608: 'gone',
  // No such person or chat, or none that the bot may write to.
  40003: 'gone',
  60111: 'gone',
  86001: 'gone',
  93006: 'gone',
}

/** What a refusal means (https://developer.work.weixin.qq.com/document/path/90313). */
export function refusalOf(code: number, message: string, otherwise: PlatformRefusal): PlatformError {
  return refused(kinds[code] ?? otherwise, String(code), message.slice(0, 300))
}

export function refused(kind: PlatformRefusal, code: string, description: string): PlatformError {
  return new PlatformError({ platform: 'wecom', code, kind, description })
}

export function isWindowOver(error: unknown): boolean {
  return error instanceof PlatformError && windowCodes.has(Number(error.code))
}

export function noAnswer(reason: string): NetworkError {
  return new NetworkError('wecom', new Error(reason.slice(0, 300)))
}
