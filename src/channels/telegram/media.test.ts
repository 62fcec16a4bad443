import { inspect } from 'node:util'
import { Api, GrammyError, InputFile, InputMediaBuilder } from 'grammy'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  canFetchFiles,
  canSendAlbums,
  type CanFetchFiles,
  type CanSendAlbums,
  type Channel,
} from '../channel.ts'
import { realDependencies } from '../testing/channel-contract.ts'
import { PlainMemory } from '../testing/plain-memory.ts'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import type { SimulatedFile } from '../testing/simulated-platform.ts'
import { telegram } from './telegram.ts'
import type { SimulatedBot } from './testing/platform.ts'
import { startTelegramSimulator, type Person, type TelegramSimulator } from './testing/simulator.ts'

let simulator: TelegramSimulator
let bot: SimulatedBot
let ada: Person
let channel: Channel & CanSendAlbums & CanFetchFiles
const to = { chatId: '7', kind: 'private' } as const

beforeEach(async () => {
  simulator = await startTelegramSimulator()
  bot = simulator.addBot()
  ada = simulator.person({ id: 7, first_name: 'Ada' })
  ada.writes(bot.token, 'hi')
  channel = opened()
})
afterEach(() => simulator.stop())

function opened() {
  const settings = { bot_token: bot.token, api_root: simulator.url }
  const made = telegram.create({ id: 'bot_1', settings, memory: new PlainMemory() }, realDependencies)
  if (!canSendAlbums(made) || !canFetchFiles(made)) throw new Error('no files')
  return made
}

const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(64)])
const picture = (name: string): SimulatedFile => ({ name, mediaType: 'image/png', bytes: png })

async function receiveUntil(holds: (inbox: MemoryInbox) => boolean): Promise<MemoryInbox> {
  const inbox = new MemoryInbox()
  const stop = new AbortController()
  const receiving = channel.receive(inbox, stop.signal)
  await inbox.until(holds)
  stop.abort()
  await receiving
  return inbox
}

describe('a file that goes out', () => {
  it.each([
    ['image/png', 'sendPhoto'],
    ['image/gif', 'sendAnimation'],
    ['audio/ogg', 'sendVoice'],
    ['audio/mpeg', 'sendAudio'],
    ['video/mp4', 'sendVideo'],
    ['text/csv', 'sendDocument'],
    ['image/svg+xml', 'sendDocument'],
  ])('of type %s is sent by %s', async (mediaType, method) => {
    const sent = await channel.sendFile(to, { name: 'one.bin', mediaType, blob: new Blob([png]) }, 'key')
    const message = ada.chatWith(bot.token).messages.at(-1)
    expect(sent).toEqual({ chat_id: 7, message_id: message?.id })
    expect(simulator.calls.at(-1)?.method).toBe(method)
    expect(message && Buffer.from(simulator.media.of(message)[0]?.bytes ?? [])).toEqual(png)
  })

  it('is a document where Telegram does not take it for what it is', async () => {
    const blob = new Blob(['no picture'])
    await channel.sendFile(to, { name: 'odd.png', mediaType: 'image/png', blob }, 'key')
    expect(simulator.calls.slice(-2).map(({ method }) => method)).toEqual(['sendPhoto', 'sendDocument'])
  })

  it('stands with others in an album where they go together', async () => {
    const file = (name: string, mediaType: string, content: Buffer | string = png) => ({
      name,
      mediaType,
      blob: new Blob([content]),
    })
    const pictures = [file('a.png', 'image/png'), file('b.png', 'image/png'), file('c.mp4', 'video/mp4')]
    const sent = await channel.sendAlbum(to, pictures, 'key')
    const messages = ada.chatWith(bot.token).messages.slice(-3)
    expect(sent).toEqual(messages.map(({ id }) => ({ chat_id: 7, message_id: id })))
    expect(new Set(messages.map(({ extra }) => extra['media_group_id'])).size).toBe(1)
    expect(
      messages.flatMap((message) => simulator.media.of(message)).map(({ bytes }) => bytes.length),
    ).toEqual([png.length, png.length, png.length])
    const count = simulator.calls.length
    expect(
      await channel.sendAlbum(to, [...pictures, file('d.pdf', 'application/pdf')], 'key'),
    ).toBeUndefined()
    expect(await channel.sendAlbum(to, pictures.slice(0, 1), 'key')).toBeUndefined()
    expect(simulator.calls).toHaveLength(count)
    const odd = [file('a.png', 'image/png', 'no picture'), file('b.png', 'image/png')]
    expect(await channel.sendAlbum(to, odd, 'key')).toBeUndefined()
  })

  it('goes to the topic and answers the question', async () => {
    const chat = simulator.addGroup({ id: -100, title: 'Team', isForum: true, bots: [bot.token] })
    chat.topics.set(4, 'News')
    const question = ada.writes(bot.token, '/draw', { chat, topicId: 4 })
    const there = { chatId: '-100', kind: 'group', topicId: '4', replyTo: String(question.id) } as const
    await channel.sendFile(there, { name: 'a.txt', mediaType: 'text/plain', blob: new Blob(['x']) }, 'key')
    expect(chat.messages.at(-1)).toMatchObject({ topicId: 4, replyTo: question.id })
  })

  it('is refused by kind, without the token', async () => {
    const file = { name: 'a.txt', mediaType: 'text/plain', blob: new Blob(['x']) }
    simulator.faults.add({ method: 'sendDocument', fault: { kind: 'rate_limit', retryAfter: 7 } })
    await expect(channel.sendFile(to, file, 'key')).rejects.toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: 7000,
    })
    simulator.faults.add({ method: 'sendDocument', fault: { kind: 'drop_before' } })
    const error: unknown = await channel.sendFile(to, file, 'key').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'NetworkError' })
    expect(inspect(error, { depth: 20 })).not.toContain(bot.token)
  })
})

describe('files that come in', () => {
  it('are one message when they were sent as an album, whatever comes between', async () => {
    const bob = simulator.person({ id: 8, first_name: 'Bob' })
    ada.sends(bot.token, [picture('a.png'), picture('b.png')], { caption: 'look' })
    bob.writes(bot.token, 'me too')
    const { messages } = await receiveUntil((inbox) => inbox.messages.length >= 3)
    expect(messages.map(({ text, files }) => [text, files.length])).toEqual([
      ['hi', 0],
      ['look', 2],
      ['me too', 0],
    ])
  })

  it('are one message when the rest of the album comes a moment later', async () => {
    const inbox = new MemoryInbox()
    const stop = new AbortController()
    const settling = Promise.withResolvers<undefined>()
    const settled = Promise.withResolvers<undefined>()
    const settings = { bot_token: bot.token, api_root: simulator.url }
    const sleep = async () => {
      settling.resolve(undefined)
      await settled.promise
    }
    const slow = telegram.create(
      { id: 'bot_1', settings, memory: new PlainMemory() },
      { ...realDependencies, sleep },
    )
    const extra = { media_group_id: 'late' }
    const send = (name: string) => ada.sends(bot.token, [picture(name)], { extra })
    send('a.png')
    const receiving = slow.receive(inbox, stop.signal)
    await settling.promise
    send('b.png')
    settled.resolve(undefined)
    await inbox.until(({ messages }) => messages.length >= 2)
    stop.abort()
    await receiving
    expect(inbox.messages.at(-1)?.files.map(({ kind }) => kind)).toEqual(['image', 'image'])
  })

  it('are refused when they are gone, too large or oddly placed, without the token', async () => {
    const [message] = ada.sends(bot.token, [picture('a.png')])
    const { messages } = await receiveUntil((inbox) => inbox.messages.length >= 2)
    const [file] = messages.at(-1)?.files ?? []
    if (file === undefined || message === undefined) throw new Error('no file')
    const signal = AbortSignal.timeout(10_000)
    await expect(channel.fetchFile({ ...file, ref: {} }, signal)).rejects.toMatchObject({ kind: 'invalid' })
    const strange = { ...file, ref: { file_id: 'none' } }
    await expect(channel.fetchFile(strange, signal)).rejects.toMatchObject({ kind: 'invalid' })
    const stored = simulator.media.find('file_1')
    if (stored !== undefined) stored.path = '../../etc/passwd'
    await expect(channel.fetchFile(file, signal)).rejects.toMatchObject({ code: 'path' })
    if (stored !== undefined) stored.path = 'photos/gone'
    const media = simulator.media.at.bind(simulator.media)
    simulator.media.at = () => undefined
    const error: unknown = await channel.fetchFile(file, signal).catch((thrown: unknown) => thrown)
    simulator.media.at = media
    expect(error).toMatchObject({ kind: 'gone', code: '404' })
    expect(inspect(error, { depth: 20 })).not.toContain(bot.token)
  })
})

describe('the SDK as a judge of files', () => {
  it('uploads, and finds what was uploaded', async () => {
    const api = new Api(bot.token, { apiRoot: simulator.url })
    const sent = await api.sendDocument(7, new InputFile(Buffer.from('abc'), 'a.txt'), { caption: 'here' })
    expect(sent.caption).toBe('here')
    expect(sent.document).toMatchObject({ file_name: 'a.txt', file_size: 3 })
    const { file_path: path = '' } = await api.getFile(sent.document.file_id)
    const answer = await fetch(`${simulator.url}/file/bot${bot.token}/${path}`)
    expect(await answer.text()).toBe('abc')
    const group = await api.sendMediaGroup(7, [
      InputMediaBuilder.photo(new InputFile(png, 'a.png'), { caption: 'two' }),
      InputMediaBuilder.photo(new InputFile(png, 'b.png')),
    ])
    const inAlbum = { media_group_id: expect.stringContaining('album') as string }
    expect(group).toMatchObject([inAlbum, inAlbum])
    const photo = await api.sendPhoto(7, new InputFile(png, 'a.png'))
    expect(photo.photo.length).toBeGreaterThan(1)
    const again = await api.sendDocument(7, sent.document.file_id)
    expect(again.document.file_name).toBe('a.txt')
    const refused: unknown = await api.getFile('none').catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(GrammyError)
  })
})
