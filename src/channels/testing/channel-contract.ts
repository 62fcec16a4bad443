import { setTimeout as wait } from 'node:timers/promises'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NetworkError, PlatformError } from '../../lib/errors.ts'
import { parseMarkdown } from '../../lib/markdown.ts'
import {
  canEdit,
  canFetchFiles,
  canReact,
  canReceiveWebhooks,
  canSendFiles,
  canTellAdministrators,
  type BotSettings,
  type Channel,
  type ChannelDefinition,
  type ChannelDependencies,
  type ChatAddress,
} from '../channel.ts'
import { MemoryInbox } from './memory-inbox.ts'
import { PlainMemory } from './plain-memory.ts'
import { listenForWebhooks } from './webhook-listener.ts'

/** A channel with its simulator: the people's side, and the faults that every platform knows. */
export interface ChannelStage {
  settings: BotSettings
  /** Settings of the right shape that the platform refuses. */
  refusedSettings: BotSettings
  /** What must never be seen in an error. */
  secrets: string[]
  /** Where the person of this stage talks with the bot in private; on GitHub and Linear, the issue. */
  address: ChatAddress
  /** What the bot remembers of this chat by an earlier message, where it cannot answer without. */
  memory?: Readonly<Record<string, unknown>>
  /** The person writes to the bot in private. */
  write(text: string): void
  /** The platform delivers something that cannot be understood, correctly signed where it signs. */
  deliverMalformed(): void
  /** The bot's messages in the private chat as the person sees them, markup shown and not spelled, oldest first. */
  answers(): string[]
  /** The next call of the bot that sends gets this fault. */
  failNextSend(fault: 'rate_limited' | 'refused_markup' | 'dropped' | 'dropped_after'): void
  /** Breaks the receiving connection, or makes its next call fail; a webhook channel's check of credentials. */
  dropConnection(): void
  /** For `reach: 'webhook'`: the platform posts there from now on. What was not confirmed it posts again later. */
  deliverTo?(url: string): void
  /** Delivers again what was not confirmed, for platforms that would do so only minutes later. */
  redeliver?(): void
  /** With `abilities.files.maxInboundBytes`: the person sends a file in private. */
  sendFile?(file: { name: string; mediaType: string; bytes: Uint8Array }): void
  /** With `abilities.files.maxOutboundBytes`: the files of the bot in the private chat, oldest first. */
  files?(): { name: string; bytes: Uint8Array }[]
  /** With `abilities.buttons`: the person presses this button of the bot's newest message. */
  press?(label: string): void
  /** For channels that react: whether the person's message with this id carries the bot's mark. */
  isMarked?(messageId: string): boolean
  /** For channels that tell administrators: a group with one and with another member, by their ids. */
  administered?(): { group: ChatAddress; administrator: string; member: string }
  stop(): Promise<void>
}

/** What a platform cannot do; everything else is asked of every channel. */
export interface PlatformLimits {
  /** It takes any text as it is. */
  neverRefusesMarkup?: true
  /** A rate limit comes without a time. */
  saysNoRetryAfter?: true
  /** What is written while the bot is not connected is lost. */
  forgetsWhileAway?: true
  /** Files of people come without their names. */
  namesNoFiles?: true
}

export const realDependencies: ChannelDependencies = {
  fetch,
  now: () => Date.now(),
  sleep: (ms, signal) => wait(ms, undefined, { signal }),
}

/** What every channel must do; a channel runs it with its simulator. */
export function describeChannel(
  definition: ChannelDefinition,
  start: () => Promise<ChannelStage>,
  limits: PlatformLimits = {},
): void {
  describe(`the channel ${definition.name}`, () => {
    let stage: ChannelStage
    let channel: Channel
    let memory: PlainMemory

    beforeEach(async () => {
      stage = await start()
      memory = new PlainMemory()
      memory.write(stage.memory ?? {})
      channel = definition.create({ id: 'bot_1', settings: stage.settings, memory }, realDependencies)
    })
    afterEach(() => stage.stop())

    /** Receives into an inbox; `end` stops and shows how it ended. */
    function receive(inbox = new MemoryInbox(undefined, memory), receiver = channel) {
      return startReceiving(stage, receiver, inbox)
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
      await first.connected
      stage.write('one')
      stage.write('two')
      await first.inbox.until(({ messages }) => messages.length >= 2)
      await first.end()
      if (limits.forgetsWhileAway !== true) stage.write('three')
      const second = receive(new MemoryInbox(first.inbox.cursor, memory))
      await second.connected
      if (limits.forgetsWhileAway === true) stage.write('three')
      await second.inbox.until(({ messages }) => messages.length >= 1)
      await second.end()
      const all = [...first.inbox.messages, ...second.inbox.messages]
      expect(all.map(({ text }) => text)).toEqual(['one', 'two', 'three'])
      expect(new Set(all.map(({ key }) => key)).size).toBe(3)
      expect(all[0]).toMatchObject({ kind: 'message', addressed: true, chat: stage.address })
    })

    it('acknowledges nothing that was not committed', async () => {
      const refusing = new MemoryInbox(undefined, memory)
      const failing = receive(refusing)
      await failing.connected
      refusing.refusals = 1
      stage.write('do not lose me')
      await refusing.until(({ refused }) => refused.length > 0)
      const failed = definition.reach === 'webhook' ? await failing.end() : await failing.ended
      if (definition.reach === 'dials_out') expect(String(failed)).toContain('not committed')
      const again = receive(new MemoryInbox(refusing.cursor, memory))
      await again.connected
      stage.redeliver?.()
      await again.inbox.until(({ messages }) => messages.length > 0)
      await again.end()
      expect(again.inbox.messages.map(({ text }) => text)).toContain('do not lose me')
      // A redelivered message has the same key.
      expect(again.inbox.messages[0]?.key).toBe(refusing.refused[0]?.messages[0]?.key)
    })

    it('hands over what is malformed and loses nothing around it', async () => {
      const receiving = receive()
      await receiving.connected
      stage.write('before')
      stage.deliverMalformed()
      stage.write('after')
      await receiving.inbox.until(({ messages }) => messages.some(({ text }) => text === 'after'))
      await receiving.inbox.until(({ malformed }) => malformed.length > 0)
      await receiving.end()
      expect(receiving.inbox.messages.map(({ text }) => text).toSorted()).toEqual(['after', 'before'])
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
      const refused = definition.create(
        { id: 'bot_2', settings: stage.refusedSettings, memory },
        realDependencies,
      )
      const failed = await receive(new MemoryInbox(), refused).ended
      expect(failed).toMatchObject({ kind: 'bad_credentials' })
    })

    it('sends its own dialect', async () => {
      const text = definition.print(parseMarkdown('**bold** & <plain> `code`'))
      await channel.send(stage.address, { text, plain: 'unused' }, 'key-dialect')
      expect(stage.answers().at(-1)).toBe('bold & <plain> code')
    })

    it.skipIf(limits.neverRefusesMarkup)('sends the plain text when the markup is refused', async () => {
      stage.failNextSend('refused_markup')
      await channel.send(stage.address, { text: 'marked', plain: 'plain' }, 'key-markup')
      expect(stage.answers().at(-1)).toBe('plain')
    })

    it('lets an answer grow, and takes the same text again', async () => {
      expect(definition.abilities.streaming !== 'buffer').toBe(canEdit(channel))
      if (!canEdit(channel)) return
      const growing = { text: 'dra', plain: 'dra', growing: true } as const
      const sent = await channel.send(stage.address, growing, 'key-edit')
      const stored = JSON.parse(JSON.stringify(sent)) as typeof sent
      const count = stage.answers().length
      await channel.edit(stored, { text: 'draft', plain: 'draft', growing: true })
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
      const retryAfterMs = limits.saysNoRetryAfter === true ? undefined : 35_000
      await expect(sending).rejects.toMatchObject({ kind: 'rate_limited', retryAfterMs })
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

    it('sends and fetches the files that its abilities promise', async () => {
      const { maxInboundBytes, maxOutboundBytes } = definition.abilities.files ?? {}
      const bytes = Buffer.from('%PDF-1.4 a small file')
      expect(canSendFiles(channel)).toBe(maxOutboundBytes !== undefined)
      expect(canFetchFiles(channel)).toBe(maxInboundBytes !== undefined)
      if (canSendFiles(channel)) {
        const file = { name: 'plan.pdf', mediaType: 'application/pdf', blob: new Blob([bytes]) }
        await channel.sendFile(stage.address, file, 'key-file')
        expect(stage.files!().map((sent) => [sent.name, Buffer.from(sent.bytes).toString()])).toEqual([
          ['plan.pdf', bytes.toString()],
        ])
      }
      if (canFetchFiles(channel)) {
        const receiving = receive()
        await receiving.connected
        stage.sendFile!({ name: 'plan.pdf', mediaType: 'application/pdf', bytes })
        await receiving.inbox.until(({ messages }) => messages.some(({ files }) => files.length > 0))
        await receiving.end()
        const [file] = receiving.inbox.messages.flatMap(({ files }) => files)
        const stored = JSON.parse(JSON.stringify(file)) as NonNullable<typeof file>
        expect(stored.kind).toBe('document')
        if (limits.namesNoFiles !== true) expect(stored.name).toBe('plan.pdf')
        const fetched = await channel.fetchFile(stored, AbortSignal.timeout(10_000))
        expect(await new Response(fetched.body).text()).toBe(bytes.toString())
      }
    })

    it('shows buttons, and who presses one says its value', async () => {
      if (definition.abilities.buttons === undefined) return
      const receiving = receive()
      await receiving.connected
      stage.write('hello')
      await receiving.inbox.until(({ messages }) => messages.length > 0)
      const buttons = [
        { label: 'Yes', value: '/approve 7' },
        { label: 'No', value: '/deny 7' },
      ]
      await channel.send(stage.address, { text: 'Sure?', plain: 'Sure?', buttons }, 'key-buttons')
      stage.press!('Yes')
      await receiving.inbox.until(({ messages }) => messages.length > 1)
      await receiving.end()
      expect(receiving.inbox.messages[1]).toMatchObject({
        kind: 'message',
        text: '/approve 7',
        addressed: true,
        chat: stage.address,
        sender: receiving.inbox.messages[0]!.sender,
      })
    })

    it('marks a message that is being worked on, and takes the mark away', async () => {
      if (!canReact(channel)) return
      const receiving = receive()
      await receiving.connected
      stage.write('look at this')
      await receiving.inbox.until(({ messages }) => messages.length > 0)
      await receiving.end()
      const { messageId } = receiving.inbox.messages[0]!
      await channel.react(stage.address, messageId, 'working')
      expect(stage.isMarked!(messageId)).toBe(true)
      await channel.react(stage.address, messageId, undefined)
      expect(stage.isMarked!(messageId)).toBe(false)
    })

    it('tells administrators of a group from its other members', async () => {
      if (!canTellAdministrators(channel)) return
      const { group, administrator, member } = stage.administered!()
      expect(await channel.isAdministrator(group, administrator)).toBe(true)
      expect(await channel.isAdministrator(group, member)).toBe(false)
      const elsewhere = { ...group, chatId: '999999999999' }
      const asked = channel.isAdministrator(elsewhere, administrator)
      await expect(asked).rejects.toMatchObject({ platform: definition.name })
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

/** Receives into an inbox, by the channel's own connection or by a listener that the platform calls. */
function startReceiving(stage: ChannelStage, channel: Channel, inbox: MemoryInbox) {
  const stop = new AbortController()
  const listener = canReceiveWebhooks(channel) ? listenForWebhooks(channel, inbox) : undefined
  const connected = Promise.all([
    inbox.until(({ signsOfLife }) => signsOfLife > 0),
    listener?.then(({ url }) => stage.deliverTo!(url)),
  ])
  const ended = channel.receive(inbox, stop.signal).then(
    () => undefined,
    (error: unknown) => error,
  )
  return {
    inbox,
    connected,
    ended,
    async end() {
      stop.abort()
      await (await listener)?.close()
      return ended
    },
  }
}
