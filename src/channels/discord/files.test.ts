import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { InboundFile } from '../channel.ts'
import { setDiscordStage, type DiscordStage } from './testing/stage.ts'

describe('files', () => {
  let stage: DiscordStage
  beforeEach(async () => {
    stage = await setDiscordStage()
  })
  afterEach(() => stage.simulator.stop())

  const file = { name: 'notes.txt', mediaType: 'text/plain', bytes: Buffer.from('three things') }
  const soon = () => AbortSignal.timeout(10_000)

  async function receiveFile(): Promise<InboundFile> {
    const { simulator, direct, ada } = stage
    const receiving = await stage.receive()
    const attachments = [simulator.world.keep(simulator.url, direct, file)]
    simulator.write(direct, ada, 'look', { attachments })
    await receiving.inbox.until(({ messages }) => messages.length === 1)
    await receiving.end()
    return receiving.inbox.messages[0]!.files[0]!
  }

  it('asks for a new address when the old one has ended', async () => {
    const received = await receiveFile()
    const { simulator, direct, bot } = stage
    const message = direct.messages[0]!
    simulator.expired.add(new URL(message.attachments[0]!.url).pathname)
    const renewed = { ...simulator.world.keep(simulator.url, direct, file), id: message.attachments[0]!.id }
    message.attachments = [renewed]
    const { body, mediaType } = await bot.fetchFile(received, soon())
    expect(await new Response(body).text()).toBe('three things')
    expect(mediaType).toBe('text/plain')
  })

  it('says that a file is gone with its message', async () => {
    const received = await receiveFile()
    stage.simulator.world.files.clear()
    stage.direct.messages.length = 0
    await expect(stage.bot.fetchFile(received, soon())).rejects.toMatchObject({ kind: 'gone' })
  })

  it.each([
    'http://cdn.discordapp.com/a',
    'https://cdn.discordapp.com.example/a',
    'http://127.0.0.1:1/a',
    'file:///etc/hosts',
  ])('is never fetched from %s', async (url) => {
    const received = await receiveFile()
    const elsewhere = { ...received, ref: { ...(received.ref as object), url } }
    await expect(stage.bot.fetchFile(elsewhere, soon())).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('goes out under its own name, once per key, and rings nobody', async () => {
    const { bot, direct, simulator } = stage
    const to = { chatId: direct.id, kind: 'private' } as const
    const out = { name: '../plan "a".txt', mediaType: 'text/plain', blob: new Blob(['plan']) }
    const first = await bot.sendFile(to, out, 'key-1')
    expect(await bot.sendFile(to, out, 'key-1')).toEqual(first)
    expect(direct.messages.map(({ attachments }) => attachments.map(({ filename }) => filename))).toEqual([
      ['.._plan "a".txt'],
    ])
    expect(simulator.calls.at(-1)?.fields).toMatchObject({ allowed_mentions: { parse: [] } })
  })
})
