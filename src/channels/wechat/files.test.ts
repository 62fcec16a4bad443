import { describe, expect, it } from 'vitest'
import { canFetchFiles, canSendFiles, canShowTyping } from '../channel.ts'
import { setWechatStage } from './testing/stage.ts'

type Stage = Awaited<ReturnType<typeof setWechatStage>>

async function sendFile(
  { channel, ada }: Stage,
  name: string,
  mediaType: string,
  bytes: Uint8Array<ArrayBuffer>,
) {
  if (!canSendFiles(channel)) throw new Error('it sends no files')
  await channel.sendFile(
    { chatId: ada.id, kind: 'private' },
    { name, mediaType, blob: new Blob([bytes]) },
    name,
  )
}

async function fetchNewest({ channel, inbox }: Stage) {
  if (!canFetchFiles(channel)) throw new Error('it fetches no files')
  const file = inbox.messages.at(-1)!.files[0]!
  const { body } = await channel.fetchFile(file, AbortSignal.timeout(10_000))
  return { file, bytes: Buffer.from(await new Response(body).arrayBuffer()) }
}

async function received(stage: Stage, act: () => void) {
  const count = stage.inbox.messages.length
  act()
  await stage.inbox.until(({ messages }) => messages.length > count)
}

describe('files', () => {
  it.each([
    ['photo.png', 'image/png', 'image.jpg'],
    ['film.mp4', 'video/mp4', 'video.mp4'],
    ['drawing.svg', 'image/svg+xml', 'drawing.svg'],
  ])('%s (%s) arrives as %s, byte for byte', async (name, mediaType, shown) => {
    await using stage = await setWechatStage()
    await stage.write('send it')
    const bytes = Buffer.alloc(100_001, name)
    await sendFile(stage, name, mediaType, bytes)
    const [file] = stage.chat.messages.at(-1)!.files
    expect([file!.name, Buffer.compare(file!.bytes, bytes)]).toEqual([shown, 0])
  })

  it('an empty one arrives', async () => {
    await using stage = await setWechatStage()
    await stage.write('send it')
    await sendFile(stage, 'empty.txt', 'text/plain', Buffer.alloc(0))
    expect(stage.chat.messages.at(-1)!.files).toMatchObject([{ name: 'empty.txt', bytes: { length: 0 } }])
  })

  it('of people are opened, whichever way their key is written', async () => {
    await using stage = await setWechatStage()
    const { account, ada } = stage
    const bytes = Buffer.alloc(70_000, 'photo')
    for (const [name, mediaType] of [
      ['photo.jpg', 'image/jpeg'],
      ['plan.pdf', 'application/pdf'],
    ] as const) {
      await received(stage, () => account.sendFile(ada, { name, mediaType, bytes }))
      expect(Buffer.compare((await fetchNewest(stage)).bytes, bytes)).toBe(0)
    }
    await received(stage, () => account.speak(ada, bytes, 'good morning'))
    const voice = await fetchNewest(stage)
    expect(voice.file).toMatchObject({ kind: 'voice', transcript: 'good morning' })
    expect(Buffer.compare(voice.bytes, bytes)).toBe(0)
  })

  it('that were opened with a wrong key break off', async () => {
    await using stage = await setWechatStage()
    const bytes = Buffer.alloc(1_000, 'x')
    const file = { name: 'plan.pdf', mediaType: 'application/pdf', bytes }
    await received(stage, () => stage.account.sendFile(stage.ada, file))
    const ref = stage.inbox.messages.at(-1)!.files[0]!.ref as { key: string }
    ref.key = '0'.repeat(32)
    await expect(fetchNewest(stage)).rejects.toThrow()
  })

  it('are read from nowhere but the platform', async () => {
    await using stage = await setWechatStage()
    const { channel } = stage
    if (!canFetchFiles(channel)) throw new Error('it fetches no files')
    for (const url of ['http://169.254.169.254/', 'https://qq.com.example/x', 'file:///etc/passwd']) {
      const file = { kind: 'image', name: 'x', mediaType: 'image/jpeg', ref: { url } } as const
      await expect(channel.fetchFile(file, AbortSignal.timeout(5_000))).rejects.toMatchObject({
        kind: 'invalid',
      })
    }
    const lost = { kind: 'image', name: 'x', mediaType: 'image/jpeg', ref: { param: 'a&b=/../' } } as const
    await expect(channel.fetchFile(lost, AbortSignal.timeout(5_000))).rejects.toMatchObject({
      kind: 'invalid',
    })
  })
})

describe('typing', () => {
  it('is shown, with one ticket for a while, and with a new one when it is refused', async () => {
    await using stage = await setWechatStage()
    const { channel, chat, ada, simulator } = stage
    await stage.write('hello')
    const asked = simulator.count('getconfig')
    if (!canShowTyping(channel)) throw new Error('it cannot type')
    const to = { chatId: ada.id, kind: 'private' } as const
    await channel.showTyping(to)
    await channel.showTyping(to)
    expect([chat.typing, simulator.count('getconfig') - asked]).toEqual([2, 1])
    simulator.faults.add('sendtyping', { kind: 'refuse', ret: -1, errmsg: 'old ticket' })
    await expect(channel.showTyping(to)).rejects.toMatchObject({ kind: 'transient' })
    await channel.showTyping(to)
    expect([chat.typing, simulator.count('getconfig') - asked]).toEqual([3, 2])
  })
})
