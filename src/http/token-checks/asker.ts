import type { Ask, Tokens } from '../../tokens/tokens.ts'
import { refusalOf } from './refusal.ts'

/**
 * The right to ask about others' tokens, checked with each question. It counts as a use of the asker's token, but takes
 * nothing of its limits and credits: a service that asks for all its visitors would lock itself out.
 */
const mayAsk = {
  type: 'agent',
  permissions: ['VERIFY_TOKENS'],
  limits: [{ name: 'requests', cost: 0 }],
  credits: 0,
} as const satisfies Ask

/** Whose tokens the asker may ask about: those of the workspace. Throws where it may not. */
export function workspaceOfAsker(
  tokens: Pick<Tokens, 'checkAt'>,
  secret: string,
  address: string | undefined,
): string | Promise<string> {
  const ask = address === undefined ? mayAsk : { ...mayAsk, address }
  return after(tokens.checkAt('portico', secret, ask, address), (verdict) => {
    const refusal = refusalOf(verdict, mayAsk)
    if (refusal !== undefined) throw refusal
    return verdict.token?.workspaceId ?? ''
  })
}

/** Goes on at once with what is there at once. */
export function after<T, R>(value: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value)
}
