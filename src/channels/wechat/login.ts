import { NetworkError } from '../../lib/errors.ts'
import type { BotSettings, ChannelDependencies, LoginStep } from '../channel.ts'
import type { Fields } from '../../lib/json.ts'
import { ask } from './api.ts'
import { refusal } from './errors.ts'
import { httpsUrl, loginUrl, rootOf } from './settings.ts'
import { textOf } from './types.ts'

/**
 * The login by QR code. The person scans it with WeChat and confirms on the phone; then the platform hands out a
 * bot token. Statuses as in https://github.com/Tencent/openclaw-weixin, `src/auth/login-qr.ts`.
 *
 *   show (a code) -> wait (scanned) -> done (confirmed)
 *   wait -> ask (a number that the phone shows) -> wait
 *   expired, or too many wrong numbers -> show (a new code), a few times
 */
export async function* login(
  settings: BotSettings,
  dependencies: ChannelDependencies,
  signal: AbortSignal,
): AsyncGenerator<LoginStep, void> {
  const root = rootOf(settings)
  const run: Run = { settings, dependencies, signal, start: root ?? loginUrl, isFixed: root !== undefined }
  try {
    for (let shown = 0; shown < mostCodes; shown += 1) {
      const code = await newCode(run)
      const expiresAt = dependencies.now() + codeLifeMs
      const text =
        shown === 0 ? 'Scan this code with WeChat.' : 'That code is no longer valid. Scan this one.'
      yield { kind: 'show', text, qr: code.content, expiresAt }
      if (yield* watch(run, code.id)) return
    }
    throw refusal('expired', 'gone', 'nobody scanned the login code in time')
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

interface Run {
  settings: BotSettings
  dependencies: ChannelDependencies
  signal: AbortSignal
  /** Where every login begins. */
  start: string
  /** A simulator stands for every host. */
  isFixed: boolean
}

const mostCodes = 5
const codeLifeMs = 5 * 60_000
const pollTimeoutMs = 40_000
const pauseMs = 1_000
/** A poll that gets no answer is asked again; the phone may be confirmed meanwhile. */
const mostFailures = 10

async function newCode({
  settings,
  dependencies,
  signal,
  start,
}: Run): Promise<{ id: string; content: string }> {
  const known = textOf(settings['bot_token'])
  const answer = await ask(dependencies.fetch, `${start}/ilink/bot/get_bot_qrcode?bot_type=3`, {
    body: { local_token_list: known === undefined ? [] : [known] },
    signal,
  })
  const id = textOf(answer['qrcode'])
  const content = textOf(answer['qrcode_img_content'])
  if (id === undefined || content === undefined) throw nonsense('it gave no login code')
  return { id, content }
}

/** Follows one code; true when the login is done, false when the code has expired. */
async function* watch(run: Run, code: string): AsyncGenerator<LoginStep, boolean> {
  const { settings, dependencies, signal } = run
  let host = run.start
  let isScanned = false
  let number: string | undefined
  for (;;) {
    const answer = await readStatus(run, host, code, number)
    switch (answer['status']) {
      case 'confirmed':
        yield { kind: 'done', settings: settingsIn(answer, run.isFixed) }
        return true
      case 'binded_redirect':
        if (textOf(settings['bot_token']) === undefined)
          throw refusal('bound', 'conflict', 'this WeChat account is connected already, somewhere else')
        yield { kind: 'done', settings }
        return true
      case 'expired':
      case 'verify_code_blocked':
        return false
      case 'need_verifycode': {
        const typed = Promise.withResolvers<string>()
        const text =
          number === undefined
            ? 'Type the number that the phone shows.'
            : 'The phone shows another number. Type it.'
        yield { kind: 'ask', text, answer: typed.resolve }
        number = await untilAborted(typed.promise, signal)
        continue
      }
      case 'scaned_but_redirect':
        if (!run.isFixed) host = redirected(answer)
        break
      case 'scaned':
        if (!isScanned) yield { kind: 'wait', text: 'Scanned. Confirm the login on the phone.' }
        isScanned = true
    }
    await dependencies.sleep(pauseMs, signal)
  }
}

async function readStatus(
  { dependencies, signal }: Run,
  host: string,
  code: string,
  number: string | undefined,
): Promise<Fields> {
  const query = new URLSearchParams({ qrcode: code, ...(number !== undefined && { verify_code: number }) })
  const url = `${host}/ilink/bot/get_qrcode_status?${query.toString()}`
  for (let failures = 1; ; failures += 1) {
    try {
      return await ask(dependencies.fetch, url, { signal, timeoutMs: pollTimeoutMs })
    } catch (error) {
      if (!(error instanceof NetworkError) || signal.aborted || failures >= mostFailures) throw error
    }
    await dependencies.sleep(pauseMs, signal)
  }
}

/** Rejects when `signal` aborts before the value is there. */
function untilAborted<T>(value: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    signal.throwIfAborted()
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
  return Promise.race([value, aborted])
}

function settingsIn(answer: Fields, isFixed: boolean): BotSettings {
  const token = textOf(answer['bot_token'])
  const id = textOf(answer['ilink_bot_id'])
  if (token === undefined || id === undefined) throw nonsense('it confirmed the login without a token')
  const baseUrl = httpsUrl(answer['baseurl'])
  if (baseUrl === undefined && !isFixed && textOf(answer['baseurl']) !== undefined)
    throw nonsense('it sends the bot to a host that is not its own')
  return {
    bot_token: token,
    account_id: id,
    ...(baseUrl !== undefined && { base_url: baseUrl }),
    ...(textOf(answer['ilink_user_id']) && { user_id: textOf(answer['ilink_user_id']) }),
  }
}

function redirected(answer: Fields): string {
  const host = httpsUrl(`https://${textOf(answer['redirect_host']) ?? ''}`)
  if (host === undefined) throw nonsense('it sends the login to a host that is not its own')
  return host
}

function nonsense(description: string) {
  return refusal('nonsense', 'transient', description)
}
