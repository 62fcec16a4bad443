import { afterAll, beforeAll, expect, it } from 'vitest'
import { catalogue } from '../channels/catalogue.ts'
import { sleep } from '../lib/sleep.ts'
import { answersIn, createDoors, until, type DoorsWorld, type Member } from './doors.ts'

/**
 * Every platform refuses a call in the middle of an answer; those that say for how long say 35 seconds. They pass in
 * one leap, once every bot has shown its answer or has gone to sleep for them.
 */
let leapt = 0
const clock = { now: () => Date.now() + leapt }
const asleep = new Set<AbortController>()

async function sleepUntilLeap(ms: number, signal?: AbortSignal): Promise<void> {
  if (ms <= 30_000 || ms > 35_000) return sleep(ms, signal)
  const waking = new AbortController()
  const signals = signal === undefined ? [waking.signal] : [waking.signal, signal]
  asleep.add(waking)
  try {
    await sleep(ms, AbortSignal.any(signals))
  } catch (error) {
    if (signal?.aborted === true) throw error
  } finally {
    asleep.delete(waking)
  }
}

function leap(): void {
  leapt += 36_000
  for (const waking of asleep) waking.abort()
}

/** Their simulators refuse new messages only, no edits: the second message of a long answer is refused. */
const refusesNewMessages = new Set(['discord', 'feishu', 'telegram'])
/** The others are tried again after a second. */
const saysHowLong = new Set(['discord', 'feishu', 'github', 'linear', 'slack', 'teams', 'telegram', 'wechat'])
const shownBeforeLeap = new Set<string>()
const names = catalogue.map(({ name }) => name)
const members = new Map<string, Member>()
let world: DoorsWorld
const calls: string[] = []
let before: ReadonlyMap<string, number>

const questionTo = (name: string) => {
  const limit = world.doors.get(name)?.definition.abilities.maxTextLength ?? 0
  const words = refusesNewMessages.has(name) ? Math.ceil((limit * 1.3) / 10) : 3
  return `wait for ${name}: ${Array.from({ length: words }, (_, index) => `word${index}`.padEnd(9, 's')).join(' ')}`
}
const wholeAnswerTo = (name: string) => `Let me think. You said: ${questionTo(name)}`
const answerOn = (name: string) => {
  const texts = answersIn(members.get(name)!.room).filter((text) => !text.startsWith('Connected'))
  return texts.join(' ').replace(/\s+/g, ' ').trim()
}
const isWhole = (name: string) => answerOn(name) === wholeAnswerTo(name)
const callsTo = (name: string) => {
  const { url } = world.doors.get(name)!.platform
  return calls.filter((one) => one.startsWith(url.replace(/^ws/, 'http'))).length
}

beforeAll(async () => {
  const recorded: typeof fetch = (input, init) => {
    calls.push(input instanceof Request ? input.url : String(input))
    return fetch(input, init)
  }
  world = await createDoors(names, { overrides: { clock, sleep: sleepUntilLeap, fetch: recorded } })
  await Promise.all(
    names.map(async (name) => members.set(name, await world.member(world.doors.get(name)!, `Ada-${name}`))),
  )
  for (const name of names) members.get(name)!.write(questionTo(name))
  await Promise.all(names.map((name) => world.agent.untilRun(questionTo(name))))
  for (const { definition } of world.doors.values()) {
    const hasBegun = () =>
      definition.abilities.streaming === 'buffer' || answersIn(members.get(definition.name)!.room).length > 1
    await until(hasBegun)
  }
  before = new Map(names.map((name) => [name, callsTo(name)]))
  for (const { first } of world.doors.values()) first.bot.faults.rate_limit!()
  for (const name of names) world.agent.release(questionTo(name))
  await until(() => {
    const whole = names.filter(isWhole)
    if (leapt === 0) for (const name of whole) shownBeforeLeap.add(name)
    if (asleep.size > 0 && whole.length + asleep.size >= names.length) leap()
    return whole.length === names.length
  })
}, 90_000)
afterAll(() => world.stop())

it.each(names)('does not happen on %s: the whole answer is shown, after the wait, in few calls', (name) => {
  expect(answerOn(name)).toBe(wholeAnswerTo(name))
  if (saysHowLong.has(name)) expect(shownBeforeLeap.has(name)).toBe(false)
  expect(callsTo(name) - (before.get(name) ?? 0)).toBeLessThan(10)
})
