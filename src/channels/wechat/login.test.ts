import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BotSettings, ChannelDependencies, LoginStep } from '../channel.ts'
import { login } from './login.ts'
import { startWechatSimulator, type WechatSimulator } from './testing/simulator.ts'
import { wechat } from './wechat.ts'

let simulator: WechatSimulator
let dependencies: ChannelDependencies
/** The hosts that were asked. */
let hosts: Set<string>
let steps: LoginStep[]

beforeEach(async () => {
  simulator = await startWechatSimulator()
  hosts = new Set()
  steps = []
  dependencies = {
    // The platform's addresses lead to the simulator.
    fetch(input, init) {
      const url = new URL(input)
      hosts.add(url.host)
      return fetch(simulator.url + url.pathname + url.search, init)
    },
    now: () => 1_795_000_000_000,
    sleep: async () => undefined,
  }
})
afterEach(() => simulator.stop())

async function run(settings: BotSettings = {}, signal = AbortSignal.timeout(15_000)) {
  for await (const step of login(settings, dependencies, signal)) steps.push(step)
  return steps
}

/** The person types what the newest step asks for. */
function answer(value: string) {
  const step = steps.at(-1)
  if (step?.kind !== 'ask') throw new Error('nobody asked')
  step.answer(value)
}

describe('the login by code', () => {
  it('shows a code, waits for the phone, and ends with what a bot needs', async () => {
    const running = run()
    const code = await simulator.logins.at(0)
    code.scan()
    await expect.poll(() => steps.length).toBe(2)
    code.confirm()
    await running
    const [account] = simulator.accounts
    expect(steps).toEqual([
      {
        kind: 'show',
        text: 'Scan this code with WeChat.',
        qr: code.content,
        expiresAt: 1_795_000_300_000,
      },
      { kind: 'wait', text: 'Scanned. Confirm the login on the phone.' },
      {
        kind: 'done',
        settings: {
          bot_token: account!.token,
          account_id: account!.id,
          base_url: 'https://ilinkai.weixin.qq.com',
          user_id: 'owner@im.wechat',
        },
      },
    ])
    const done = steps.at(-1)
    if (done?.kind !== 'done') throw new Error('not done')
    expect(await wechat.validate(done.settings, dependencies)).toMatchObject({ id: account!.id })
  })

  it('shows another code when one has expired, and gives up after a few', async () => {
    const running = run().catch((error: unknown) => error)
    for (let index = 0; index < 5; index += 1) (await simulator.logins.at(index)).expire()
    expect(await running).toMatchObject({ kind: 'gone' })
    expect(steps.map(({ kind }) => kind)).toEqual(Array(5).fill('show'))
    expect(new Set(steps.map((step) => step.kind === 'show' && step.qr)).size).toBe(5)
  })

  it('goes on at the host that the platform names', async () => {
    const running = run()
    const code = await simulator.logins.at(0)
    code.redirect('szilink.weixin.qq.com')
    await expect.poll(() => [...hosts]).toContain('szilink.weixin.qq.com')
    code.confirm()
    await running
    expect(steps.at(-1)?.kind).toBe('done')
  })

  it.each(['evil.example', 'weixin.qq.com.evil.example', 'evil.example/#.qq.com', 'user@evil.example'])(
    'never goes on at %s',
    async (host) => {
      const running = run().catch((error: unknown) => error)
      const code = await simulator.logins.at(0)
      code.redirect(host)
      expect(await running).toMatchObject({ name: 'PlatformError' })
      expect([...hosts]).toEqual(['ilinkai.weixin.qq.com'])
    },
  )

  it('never takes a bot to a host that is not the platform', async () => {
    const running = run().catch((error: unknown) => error)
    const code = await simulator.logins.at(0)
    code.confirm({ baseurl: 'https://evil.example' })
    expect(await running).toMatchObject({ name: 'PlatformError' })
    expect(steps.map(({ kind }) => kind)).toEqual(['show'])
  })

  it('keeps the login that is there when the same person scans again', async () => {
    const account = simulator.addAccount('Portico')
    const settings = { bot_token: account.token, account_id: account.id }
    const running = run(settings)
    const code = await simulator.logins.at(0)
    expect(code.knownTokens).toEqual([account.token])
    code.rebind()
    await running
    expect(steps.at(-1)).toEqual({ kind: 'done', settings })
  })

  it('says so when the account is bound elsewhere', async () => {
    const bound = run().catch((error: unknown) => error)
    ;(await simulator.logins.at(0)).rebind()
    expect(await bound).toMatchObject({ kind: 'conflict' })
  })

  it('asks for the number that the phone shows, until it is right', async () => {
    const running = run()
    const code = await simulator.logins.at(0)
    code.askForNumber('42')
    await expect.poll(() => steps.length).toBe(2)
    answer('17')
    await expect.poll(() => steps.length).toBe(3)
    answer('42')
    await expect.poll(() => steps.length).toBe(4)
    code.confirm()
    await running
    expect(steps.map(({ kind }) => kind)).toEqual(['show', 'ask', 'ask', 'wait', 'done'])
  })

  it('begins anew when too many numbers were wrong', async () => {
    const running = run()
    ;(await simulator.logins.at(0)).askForNumber('42')
    for (const count of [2, 3, 4]) {
      await expect.poll(() => steps.length).toBe(count)
      answer('17')
    }
    ;(await simulator.logins.at(1)).confirm()
    await running
    expect(steps.map(({ kind }) => kind)).toEqual(['show', 'ask', 'ask', 'ask', 'show', 'done'])
  })

  it('stops while it waits for a number', async () => {
    const stop = new AbortController()
    const running = run({}, stop.signal)
    ;(await simulator.logins.at(0)).askForNumber('42')
    await expect.poll(() => steps.length).toBe(2)
    stop.abort()
    await running
    expect(steps.map(({ kind }) => kind)).toEqual(['show', 'ask'])
  })

  it('outlives polls that get no answer, and asks a simulator at its own address', async () => {
    for (let index = 0; index < 3; index += 1)
      simulator.faults.add('get_qrcode_status', { kind: 'drop_before' })
    const running = run({ api_root: simulator.url })
    ;(await simulator.logins.at(0)).confirm()
    await running
    expect(steps.at(-1)?.kind).toBe('done')
    expect([...hosts]).toEqual([new URL(simulator.url).host])
  })

  it('stops at once when nobody looks any more', async () => {
    const stop = new AbortController()
    const running = run({}, stop.signal)
    await simulator.logins.at(0)
    stop.abort()
    await running
    expect(steps.length).toBeLessThanOrEqual(1)
  })
})
