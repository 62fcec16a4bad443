import { NetworkError, PlatformError } from '../lib/errors.ts'
import type { ChannelDefinition, LoginStep } from './channel.ts'
import { channelErrors } from './channel-errors.ts'
import { findEnabled, settingsOf } from './channel-state.ts'
import type { Administrator, ChannelsDependencies } from './channels.ts'
import { enterSettings, storedSettings } from './configure-channel.ts'

/** A step as people see it: what a login gives is stored, not shown; an answer comes by `Channels.answerLogin`. */
export type ShownLoginStep =
  | Exclude<LoginStep, { kind: 'ask' | 'done' }>
  | { kind: 'ask'; text: string; loginId: string }
  | { kind: 'done' }

/** See `Channels.answerLogin`. */
export async function answerLogin(
  { signals, db }: Pick<ChannelsDependencies, 'signals' | 'db'>,
  loginId: string,
  value: string,
): Promise<void> {
  const answer: LoginAnswer = { loginId, value }
  await signals.send(db, 'logins', JSON.stringify(answer))
}

interface LoginAnswer {
  loginId: string
  value: string
}

/** See `Channels.login`. */
export function loginToChannel(
  deps: ChannelsDependencies,
  name: string,
  by: Administrator,
): (signal: AbortSignal) => AsyncIterable<ShownLoginStep> {
  const definition = findEnabled(deps, name)
  if (!hasLogin(definition))
    throw channelErrors.channel_login_absent({
      detail: `${definition.displayName} has no login: enter its credentials.`,
    })
  return (signal) => follow(deps, definition, by, signal)
}

type LoginDefinition = ChannelDefinition & Required<Pick<ChannelDefinition, 'login'>>

function hasLogin(definition: ChannelDefinition): definition is LoginDefinition {
  return definition.login !== undefined
}

async function* follow(
  deps: ChannelsDependencies,
  definition: LoginDefinition,
  by: Administrator,
  signal: AbortSignal,
): AsyncGenerator<ShownLoginStep, void> {
  const stored = await storedSettings(deps, definition)
  const settings = { ...settingsOf(deps, definition.name, undefined), ...stored }
  const loginId = deps.ids('req')
  let answer: ((value: string) => void) | undefined
  const unsubscribe = deps.signals.on('logins', (payload) => {
    const given = JSON.parse(payload) as LoginAnswer
    if (given.loginId === loginId) answer?.(given.value)
  })
  try {
    for await (const step of definition.login(settings, deps.platform, signal)) {
      if (step.kind === 'ask') {
        answer = step.answer
        yield { kind: 'ask', text: step.text, loginId }
      } else if (step.kind === 'done') {
        yield { kind: 'wait', text: 'The login is confirmed. The bot starts.' }
        await enterSettings(deps, definition, by, (before) => ({ ...before, ...step.settings }))
        yield { kind: 'done' }
        return
      } else yield step
    }
  } catch (error) {
    throw failureOf(definition, error)
  } finally {
    unsubscribe()
  }
}

/** What platforms say is free of secrets by contract. */
function failureOf({ displayName }: ChannelDefinition, error: unknown): unknown {
  if (!(error instanceof PlatformError) && !(error instanceof NetworkError)) return error
  return channelErrors.channel_login_failed({
    detail: `The login to ${displayName} failed. ${error.message}`,
    cause: error,
  })
}
