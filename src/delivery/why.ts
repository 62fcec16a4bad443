import { NetworkError, PlatformError, type PlatformRefusal } from '../lib/errors.ts'

/** Why something was not sent, or not yet: a code of ours, the platform's where it gave one, and a sentence. */
export interface Why {
  code: WhyCode
  platformCode: string | null
  reason: string
}

/** What these mean to whoever posts: docs/proactive-messages.md. */
export type WhyCode =
  | 'awaits_person'
  | 'bot_paused'
  | 'bot_refused'
  | 'bot_removed'
  | 'chat_gone'
  | 'disconnected'
  | 'gave_up'
  | 'internal_error'
  | 'message_refused'
  | 'not_delivered'
  | 'platform_unavailable'
  | 'rate_limited'

const codes: Record<PlatformRefusal, WhyCode> = {
  awaits_person: 'awaits_person',
  bad_credentials: 'bot_refused',
  conflict: 'bot_refused',
  gone: 'chat_gone',
  invalid: 'message_refused',
  rate_limited: 'rate_limited',
  transient: 'platform_unavailable',
}

export function whyOfRefusal({ kind, code, message }: PlatformError): Why {
  return { code: codes[kind], platformCode: code, reason: message }
}

/** What an error of a platform says; undefined for errors of our own, which are for the log only. */
export function whyOf(error: unknown): Why | undefined {
  if (error instanceof PlatformError) return whyOfRefusal(error)
  if (error instanceof NetworkError)
    return { code: 'platform_unavailable', platformCode: null, reason: error.message }
  return undefined
}

const internal: Why = {
  code: 'internal_error',
  platformCode: null,
  reason: 'It failed inside Portico; the log says how.',
}

/** A try that failed and will be made again. Its message is what the lane keeps, and what `delayIn` reads. */
export class DeliveryDelayed extends Error {
  constructor(why: Why, cause: unknown) {
    super(`${why.code} (${why.platformCode ?? ''}): ${why.reason}`, { cause })
    this.name = 'DeliveryDelayed'
  }
}

/** Why the last try failed, by what the lane kept of it. */
export function delayIn(error: string): Why {
  const [, code, platformCode, reason] = /^DeliveryDelayed: (\w+) \((.*?)\): (.*)$/s.exec(error) ?? []
  if (code === undefined || reason === undefined) return internal
  return { code: code as WhyCode, platformCode: platformCode === '' ? null : (platformCode ?? null), reason }
}
