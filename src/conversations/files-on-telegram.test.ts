import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Agent, AgentTurn } from '../agents/agent.ts'
import { createTelegramWorld, type TelegramWorld } from './testing/telegram-world.ts'

const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(3_000, 7)])
const picture = { name: 'cat.png', mediaType: 'image/png', bytes: png }

/** Says how many files it got, and gives the first back. */
class EchoingFiles implements Agent {
  readonly turns: AgentTurn[] = []

  async *run(turn: AgentTurn) {
    this.turns.push(turn)
    yield { type: 'text-start' as const, id: 't' }
    yield {
      type: 'text-delta' as const,
      id: 't',
      delta: `${turn.message.files.length} files: ${turn.message.text}`,
    }
    yield { type: 'text-end' as const, id: 't' }
    const url = `data:image/png;base64,${png.toString('base64')}`
    if (/^draw/.test(turn.message.text)) yield { type: 'file' as const, url, mediaType: 'image/png' }
    if (turn.message.text === 'draw two') yield { type: 'file' as const, url, mediaType: 'image/png' }
  }
}

const agent = new EchoingFiles()
let offset = 0
let world: TelegramWorld
beforeAll(async () => {
  world = await createTelegramWorld('', {
    agents: new Map([['default', agent]]),
    clock: { now: () => Date.now() + offset },
  })
})
afterAll(() => world.stop())

function open(link: string): Promise<Response> {
  const { pathname, search } = new URL(link)
  return fetch(new URL(pathname + search, world.url))
}

describe('a photo in a chat', () => {
  it("reaches the agent as a link that opens, is seen in the browser, and stays its owner's", async () => {
    const { user, phone } = await world.member('Ada')
    phone.sends(world.token, [picture, { ...picture, name: 'dog.png' }], { caption: 'who is this?' })
    await world.reads(phone, (texts) => texts.includes('2 files: who is this?'))

    const [file] = agent.turns.at(-1)?.message.files ?? []
    expect(file).toMatchObject({ name: 'photo.jpg', mediaType: 'image/png' })
    const answer = await open(file?.url ?? '')
    expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), png)).toBe(0)

    expect((await file?.read?.())?.size).toBe(png.length)

    const [conversation] = (await user.conversations()).conversations
    const { messages } = await user.messages(conversation?.id ?? '')
    expect(messages[0]?.parts.map(({ type }) => type)).toEqual(['text', 'file', 'file'])
    const [shown] = messages[0]?.parts.filter((part) => part.type === 'file') ?? []
    expect((await open(shown?.url ?? '')).headers.get('content-type')).toBe('image/png')

    const bob = await world.person('Bob')
    const { pathname } = new URL(file?.url ?? '')
    const guess = await bob.ask('GET', `${pathname}?expires=9999999999&signature=${'A'.repeat(43)}`)
    expect(guess.status).toBe(403)
    offset += 2 * 60 * 60 * 1000
    expect((await open(file?.url ?? '')).status).toBe(410)
    offset = 0
  })

  it('that is too large is named to the agent and to the person, and the turn goes on', async () => {
    const { phone } = await world.member('Grace')
    const film = { name: 'film.pdf', mediaType: 'application/pdf', bytes: Buffer.alloc(21 * 1024 * 1024) }
    phone.sends(world.token, [film], { caption: 'watch this' })
    const reason = 'The file film.pdf could not be read: it is larger than 20 MB.'
    // The answer grows in the chat before it is whole.
    await world.reads(phone, (all) => all.includes(`0 files: watch this\n\n[${reason}]`))
    await world.reads(phone, (all) => all.includes(reason))
  })

  it('alone is a question, too', async () => {
    const { user, phone } = await world.member('Lin')
    phone.sends(world.token, [
      { name: 'plan.pdf', mediaType: 'application/pdf', bytes: Buffer.from('%PDF-1.7') },
    ])
    await world.reads(phone, (texts) => texts.some((text) => text.startsWith('1 files')))
    expect((await user.conversations()).conversations[0]?.title).toBe('plan.pdf')
  })

  it('is fetched again when the platform stumbles', async () => {
    const { phone } = await world.member('Edsger')
    world.telegram.faults.add({ method: 'getFile', fault: { kind: 'drop_before' } })
    phone.sends(world.token, [picture], { caption: 'again' })
    await world.reads(phone, (texts) => texts.includes('1 files: again'))
  })
})

describe('a file of the agent', () => {
  it('is sent into the chat as what it is', async () => {
    const { phone } = await world.member('Barbara')
    phone.writes(world.token, 'draw')
    const chat = phone.chatWith(world.token)
    const photo = await chat.until(({ messages }) => messages.find(({ extra }) => 'photo' in extra))
    expect(photo.from.is_bot).toBe(true)
    const [file] = world.telegram.media.of(photo)
    expect(file && Buffer.compare(file.bytes, png)).toBe(0)
  })

  it('stands in an album with the others', async () => {
    const { phone } = await world.member('Tony')
    phone.writes(world.token, 'draw two')
    const chat = phone.chatWith(world.token)
    const photos = () => chat.messages.filter(({ extra }) => 'photo' in extra)
    await chat.until(() => photos().length === 2)
    expect(new Set(photos().map(({ extra }) => extra['media_group_id'])).size).toBe(1)
  })
})
