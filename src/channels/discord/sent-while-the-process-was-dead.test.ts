import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { realDependencies } from '../testing/channel-contract.ts'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { PlainMemory } from '../testing/plain-memory.ts'
import { discord } from './discord.ts'
import { startDiscordSimulator, type DiscordSimulator } from './testing/simulator.ts'

/** Waits for nothing. */
const hasty = { ...realDependencies, sleep: async () => undefined }

describe('a message that was sent while the process was dead', () => {
  let simulator: DiscordSimulator
  beforeEach(async () => {
    simulator = await startDiscordSimulator()
  })
  afterEach(() => simulator.stop())

  function stage() {
    const bot = simulator.platform.addBot('Portico')
    const ada = simulator.platform.addPerson('Ada')
    const room = bot.directRoom(ada)
    const application = simulator.world.applications.get(String(bot.settings['bot_token']))!
    return { bot, application, write: (text: string) => room.write(ada, text) }
  }

  /** As after a start: nothing is left of an earlier process but the cursor. */
  function startProcess(settings: object, cursor: unknown, dependencies = realDependencies) {
    const stop = new AbortController()
    const inbox = new MemoryInbox(cursor)
    const channel = discord.create(
      { id: 'bot_1', settings: { ...settings }, memory: new PlainMemory() },
      dependencies,
    )
    const ended = channel.receive(inbox, stop.signal).catch((error: unknown) => error)
    const end = () => {
      stop.abort()
      return ended
    }
    return { inbox, ended, stop: end }
  }

  const textsOf = ({ messages }: MemoryInbox) => messages.map(({ text }) => text)

  it.each([
    ['it was told to stop', 'stop'],
    ['it was killed', 'kill'],
  ])('arrives in the next one, by a RESUME from the committed cursor, when %s', async (_, how) => {
    const { bot, application, write } = stage()
    const first = startProcess(bot.settings, undefined)
    await first.inbox.until(({ cursor }) => cursor !== undefined)
    write('before')
    await first.inbox.until(({ messages }) => messages.length === 1)
    if (how === 'kill') simulator.gateway.liveSockets(application).forEach((socket) => socket.terminate())
    else await first.stop()
    await first.ended

    write('while nobody was there')
    const stored: unknown = JSON.parse(JSON.stringify(first.inbox.cursor))
    const second = startProcess(bot.settings, stored)
    await second.inbox.until(({ messages }) => messages.length > 0)
    write('after')
    await second.inbox.until(({ messages }) => messages.length > 1)
    await second.stop()

    expect(textsOf(second.inbox)).toEqual(['while nobody was there', 'after'])
    expect(simulator.gateway).toMatchObject({ identifies: 1, resumes: 1 })
    expect(simulator.gateway.paths).toEqual(['/', '/resume'])
  })

  it('arrives once more when the crash came between its arrival and its commit', async () => {
    const { bot, write } = stage()
    const first = startProcess(bot.settings, undefined)
    await first.inbox.until(({ cursor }) => cursor !== undefined)
    first.inbox.refusals = 1
    write('received and not committed')
    expect(String(await first.ended)).toContain('not committed')

    const second = startProcess(bot.settings, first.inbox.cursor)
    await second.inbox.until(({ messages }) => messages.length > 0)
    await second.stop()
    expect(textsOf(second.inbox)).toEqual(['received and not committed'])
    expect(second.inbox.messages[0]?.key).toBe(first.inbox.refused[0]?.messages[0]?.key)
  })

  it('is not kept from coming by a session that Discord has given up: a new one begins', async () => {
    const { bot, write } = stage()
    const first = startProcess(bot.settings, undefined)
    await first.inbox.until(({ cursor }) => cursor !== undefined)
    await first.stop()
    simulator.gateway.nextResume = 'invalid'
    const second = startProcess(bot.settings, first.inbox.cursor, hasty)
    await second.inbox.until(({ batches }) => batches.length > 0)
    write('in the new session')
    await second.inbox.until(({ messages }) => messages.length > 0)
    await second.stop()
    expect(simulator.gateway).toMatchObject({ identifies: 2, resumes: 0 })
    expect(second.inbox.cursor).not.toEqual(first.inbox.cursor)
  })

  it('is offered again by the same process, although the session ended before it was committed', async () => {
    const { bot, application, write } = stage()
    const channel = discord.create({ id: 'bot_1', settings: bot.settings, memory: new PlainMemory() }, hasty)
    const first = new MemoryInbox()
    const failed = channel.receive(first, new AbortController().signal).catch((error: unknown) => error)
    await first.until(({ cursor }) => cursor !== undefined)
    first.refusals = 1
    write('only this process has it')
    expect(String(await failed)).toContain('not committed')
    for (const id of simulator.gateway.sessions.keys()) simulator.gateway.sessions.delete(id)
    expect(simulator.gateway.liveSockets(application)).toEqual([])

    const stop = new AbortController()
    const second = new MemoryInbox(first.cursor)
    const ended = channel.receive(second, stop.signal)
    await second.until(({ messages }) => messages.length > 0)
    await expect.poll(() => simulator.gateway.identifies).toBe(2)
    write('and this is new')
    await second.until(({ messages }) => messages.length > 1)
    stop.abort()
    await ended
    expect(textsOf(second)).toEqual(['only this process has it', 'and this is new'])
  })

  it('does not let an old object overwrite the cursor of a replica that received in between', async () => {
    const { bot, write } = stage()
    const channel = discord.create(
      { id: 'bot_1', settings: bot.settings, memory: new PlainMemory() },
      realDependencies,
    )
    const mine = new MemoryInbox()
    const failed = channel.receive(mine, new AbortController().signal).catch((error: unknown) => error)
    await mine.until(({ cursor }) => cursor !== undefined)
    mine.refusals = 1
    write('one')
    await failed
    const other = startProcess(bot.settings, undefined)
    await other.inbox.until(({ cursor }) => cursor !== undefined)
    await other.stop()

    const stop = new AbortController()
    const again = new MemoryInbox(other.inbox.cursor)
    const ended = channel.receive(again, stop.signal)
    await again.until(({ messages }) => messages.length > 0)
    expect(again.cursor).toEqual(other.inbox.cursor)
    stop.abort()
    await ended
    expect(textsOf(again)).toEqual(['one'])
  })
})
