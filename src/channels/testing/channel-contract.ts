import { setTimeout as wait } from 'node:timers/promises'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NetworkError, PlatformError } from '../../lib/errors.ts'
import { parseMarkdown } from '../../lib/markdown.ts'
import {
  canEdit,
  type BotSettings,
  type Channel,
  type ChannelDefinition,
  type ChannelDependencies,
  type ChatAddress,
} from '../channel.ts'
import { MemoryInbox } from './memory-inbox.ts'

/** A channel with its simulator: the people's side, and the faults that every platform knows. */
export interface ChannelStage {
  settings: BotSettings
  /** Settings of the right shape that the platform refuses. */
  refusedSettings: BotSettings
  /** What must never be seen in an error. */
  secrets: string[]
  /** Where the person of this stage talks with the bot in private. */
  address: ChatAddress
  /** The person writes to the bot in private. */
  write(text: string): void
  /** The platform delivers something that cannot be understood. */
  deliverMalformed(): void
  /** The bot's messages in the private chat as the person sees them, oldest first. */
  answers(): string[]
  /** The next call of the bot that sends gets this fault. */
  failNextSend(fault: 'rate_limited' | 'refused_markup' | 'dropped' | 'dropped_after'): void
  /** Breaks the receiving connection, or makes its next call fail. */
  dropConnection(): void
  stop(): Promise<void>
}

export const realDependencies: ChannelDependencies = {
  fetch,
  now: () => Date.now(),
  sleep: (ms, signal) => wait(ms, undefined, { signal }),
}

/** What every channel must do; a channel runs it with its simulator. */
export function describeChannel(definition: ChannelDefinition, start: () => Promise<ChannelStage>): void {
  describe(`the channel ${definition.name}`, () => {
    let stage: ChannelStage
    let channel: Channel

    beforeEach(async () => {
      stage = await start()
      channel = definition.create({ id: 'bot_1', settings: stage.settings }, realDependencies)
    })
    afterEach(() => stage.stop())

    /** Receives into an inbox; `end` stops and shows how it ended. */
    function receive(inbox = new MemoryInbox(), receiver = channel) {
      const stop = new AbortController()
      const ended = receiver.receive(inbox, stop.signal).then(
        () => undefined,
        (error: unknown) => error,
      )
      return {
        inbox,
        ended,
        end() {
          stop.abort()
          return ended
        },
      }
    }

    it('describes itself', () => {
      expect(definition.name).toMatch(/^[a-z]+$/)
      expect(definition.logo).toMatch(/^<svg [^>]*viewBox="0 0 24 24"/)
      expect(definition.credentialFields.some(({ type }) => type === 'password')).toBe(true)
      expect(definition.authMode === 'deep_link').toBe(definition.connectUrl !== undefined)
      expect(definition.abilities.maxTextLength).toBeGreaterThan(0)
    })

    it('shows a sign of life when nothing happens', async () => {
      const receiving = receive()
      await receiving.inbox.until(({ signsOfLife }) => signsOfLife > 0)
      expect(await receiving.end()).toBeUndefined()
    })

    it('receives messages once, in order, and goes on from its cursor', async () => {
      const first = receive()
      stage.write('one')
      stage.write('two')
      await first.inbox.until(({ messages }) => messages.length >= 2)
      await first.end()
      stage.write('three')
      const second = receive(new MemoryInbox(first.inbox.cursor))
      await second.inbox.until(({ messages }) => messages.length >= 1)
      await second.end()
      const all = [...first.inbox.messages, ...second.inbox.messages]
      expect(all.map(({ text }) => text)).toEqual(['one', 'two', 'three'])
      expect(new Set(all.map(({ key }) => key)).size).toBe(3)
      expect(all[0]).toMatchObject({ kind: 'message', addressed: true, chat: { kind: 'private' } })
    })

    it('acknowledges nothing that was not committed', async () => {
      const refusing = new MemoryInbox()
      refusing.refusals = 1
      stage.write('do not lose me')
      const failed = await receive(refusing).ended
      expect(String(failed)).toContain('not committed')
      const again = receive(new MemoryInbox(refusing.cursor))
      await again.inbox.until(({ messages }) => messages.length > 0)
      await again.end()
      expect(again.inbox.messages.map(({ text }) => text)).toContain('do not lose me')
    })

    it('gives a redelivered message the same key', async () => {
      const refusing = new MemoryInbox()
      const keys: string[] = []
      const accept = refusing.accept.bind(refusing)
      refusing.accept = async (batch) => {
        keys.push(...batch.messages.map(({ key }) => key))
        await accept(batch)
      }
      refusing.refusals = 1
      stage.write('twice')
      await receive(refusing).ended
      const again = receive(refusing)
      await refusing.until(({ messages }) => messages.length > 0)
      await again.end()
      expect(keys).toHaveLength(2)
      expect(keys[0]).toBe(keys[1])
    })

    it('hands over what is malformed and loses nothing around it', async () => {
      stage.write('before')
      stage.deliverMalformed()
      stage.write('after')
      const receiving = receive()
      await receiving.inbox.until(({ messages }) => messages.some(({ text }) => text === 'after'))
      await receiving.end()
      expect(receiving.inbox.messages.map(({ text }) => text)).toEqual(['before', 'after'])
      expect(receiving.inbox.malformed).toHaveLength(1)
      expect(receiving.inbox.malformed[0]?.reason).not.toBe('')
    })

    it('ends with an error when the connection drops, for others to decide', async () => {
      stage.dropConnection()
      const failed = await receive().ended
      expect(failed).toBeInstanceOf(NetworkError)
    })

    it('stops at once when told to, also before it connected', async () => {
      const early = receive()
      expect(await early.end()).toBeUndefined()
      const stopped = AbortSignal.abort()
      await expect(channel.receive(new MemoryInbox(), stopped)).resolves.toBeUndefined()
    })

    it('says who a bot is, and that refused credentials are bad', async () => {
      const profile = await definition.validate(stage.settings, realDependencies)
      expect(profile.id).not.toBe('')
      const validating = definition.validate(stage.refusedSettings, realDependencies)
      await expect(validating).rejects.toMatchObject({ kind: 'bad_credentials' })
      const refused = definition.create({ id: 'bot_2', settings: stage.refusedSettings }, realDependencies)
      const failed = await receive(new MemoryInbox(), refused).ended
      expect(failed).toMatchObject({ kind: 'bad_credentials' })
    })

    it('sends its own dialect', async () => {
      const text = definition.print(parseMarkdown('**bold** & <plain> `code`'))
      await channel.send(stage.address, { text, plain: 'unused' }, 'key-dialect')
      expect(stage.answers().at(-1)).toBe('bold & <plain> code')
    })

    it('sends the plain text when the platform refuses the markup', async () => {
      stage.failNextSend('refused_markup')
      await channel.send(stage.address, { text: 'marked', plain: 'plain' }, 'key-markup')
      expect(stage.answers().at(-1)).toBe('plain')
    })

    it('edits, and takes the same text again', async () => {
      if (!canEdit(channel)) return
      const sent = await channel.send(stage.address, { text: 'draft', plain: 'draft' }, 'key-edit')
      const stored = JSON.parse(JSON.stringify(sent)) as typeof sent
      const count = stage.answers().length
      await channel.edit(stored, { text: 'final', plain: 'final' })
      await channel.edit(stored, { text: 'final', plain: 'final' })
      expect(stage.answers()).toHaveLength(count)
      expect(stage.answers().at(-1)).toBe('final')
    })

    it('sends the longest text that its abilities promise', async () => {
      const longest = 'x'.repeat(definition.abilities.maxTextLength)
      await channel.send(stage.address, { text: longest, plain: longest }, 'key-long')
      expect(stage.answers().at(-1)).toHaveLength(longest.length)
    })

    it('says how long a rate limit lasts', async () => {
      stage.failNextSend('rate_limited')
      const sending = channel.send(stage.address, { text: 'x', plain: 'x' }, 'key-limit')
      await expect(sending).rejects.toMatchObject({ kind: 'rate_limited', retryAfterMs: 35_000 })
    })

    it('tells a missing answer from a refusal and tries nothing again', async () => {
      const count = stage.answers().length
      stage.failNextSend('dropped')
      const dropped = channel.send(stage.address, { text: 'lost', plain: 'lost' }, 'key-drop')
      await expect(dropped).rejects.toBeInstanceOf(NetworkError)
      expect(stage.answers()).toHaveLength(count)
      stage.failNextSend('dropped_after')
      const maybe = channel.send(stage.address, { text: 'maybe', plain: 'maybe' }, 'key-maybe')
      await expect(maybe).rejects.toBeInstanceOf(NetworkError)
      expect(stage.answers()).toHaveLength(count + 1)
    })

    it('never shows a secret in an error', async () => {
      const nowhere = { ...stage.settings, api_root: 'http://127.0.0.1:1' }
      const errors = [
        await definition.validate(stage.refusedSettings, realDependencies).catch((error: unknown) => error),
        await definition.validate(nowhere, realDependencies).catch((error: unknown) => error),
      ]
      stage.failNextSend('dropped')
      errors.push(
        await channel
          .send(stage.address, { text: 'x', plain: 'x' }, 'key-secret')
          .catch((error: unknown) => error),
      )
      for (const error of errors) {
        expect(error instanceof PlatformError || error instanceof NetworkError).toBe(true)
        for (const secret of stage.secrets) expect(inspect(error, { depth: 20 })).not.toContain(secret)
      }
    })
  })
}
