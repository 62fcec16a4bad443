import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Agent, AgentTurn } from '../agents/agent.ts'
import type { Person } from '../testing/person.ts'
import { createWorld, type World } from '../testing/world.ts'

const drawing = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(5_000, 'portico')])

/** Answers with the file whose address the question is. */
class FileAgent implements Agent {
  readonly turns: AgentTurn[] = []

  async *run(turn: AgentTurn) {
    this.turns.push(turn)
    const url =
      turn.message.text === 'draw' ? `data:image/png;base64,${drawing.toString('base64')}` : turn.message.text
    yield { type: 'file' as const, url, mediaType: 'image/png', filename: '../drawing.png' }
  }
}

let world: World
let ada: Person
let bob: Person
let offset = 0
beforeAll(async () => {
  world = await createWorld({
    overrides: {
      agents: new Map([['default', new FileAgent()]]),
      clock: { now: () => Date.now() + offset },
    },
  })
  ada = await world.person('Ada')
  bob = await world.person('Bob')
})
afterAll(() => world.stop())

async function ask(person: Person, text: string, conversation?: string) {
  const id = conversation ?? (await person.begin()).id
  const stream = await person.stream(await person.turn(id, text))
  const { messages } = await person.messages(id)
  return { id, stream, parts: messages.at(-1)?.parts ?? [] }
}

/** The link as it opens here: the configured address of a test has no port. */
function open(link: string, change = (url: URL) => url): Promise<Response> {
  const { pathname, search } = new URL(link)
  return fetch(change(new URL(pathname + search, world.url)))
}

function linkIn(stream: string): string {
  return /"url":"(http[^"]+)"/.exec(stream)?.[1] ?? ''
}

describe("a file in an agent's answer", () => {
  it('is kept, shown by a link that opens, and travels through no stream itself', async () => {
    const { stream, parts } = await ask(ada, 'draw')
    expect(stream).not.toContain('base64')
    expect(stream).not.toContain('attachment:')
    expect(parts).toEqual([
      {
        type: 'file',
        url: expect.stringContaining('/api/files/fil_') as string,
        media_type: 'image/png',
        filename: 'drawing.png',
      },
    ])
    const answer = await open(linkIn(stream))
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(drawing.length),
      'content-disposition': `inline; filename="drawing.png"; filename*=UTF-8''drawing.png`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox') as string,
    })
    expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), drawing)).toBe(0)
  })

  it('is stored as a reference', async () => {
    const { id } = await ask(ada, 'draw')
    const rows = await world.database.db
      .selectFrom('messages')
      .select('parts')
      .where('conversation_id', '=', id)
      .where('role', '=', 'assistant')
      .execute()
    expect(JSON.stringify(rows)).toMatch(/"url":"attachment:fil_\w+"/)
  })

  it('is not given to whoever knows or guesses a part of its link', async () => {
    const { stream } = await ask(ada, 'draw')
    const link = linkIn(stream)
    const bare = new URL(link).pathname
    expect((await bob.ask('GET', bare)).status).toBe(422)
    const forged = await bob.ask('GET', `${bare}?expires=9999999999&signature=${'A'.repeat(43)}`)
    expect(forged.status).toBe(403)
    expect(await forged.json()).toMatchObject({ code: 'file_link_invalid' })
    const longer = await open(link, (url) => {
      url.searchParams.set('expires', '9999999999')
      return url
    })
    expect(longer.status).toBe(403)
    const other = linkIn((await ask(bob, 'draw')).stream)
    const swapped = await open(other, (url) => new URL(bare + url.search, url))
    expect(swapped.status).toBe(403)
  })

  it('is not had by naming it from another conversation', async () => {
    const { id, stream } = await ask(ada, 'draw')
    const reference = `attachment:${/fil_\w+/.exec(linkIn(stream))?.[0] ?? ''}`
    expect((await ask(ada, reference, id)).parts).toMatchObject([{ type: 'file' }])
    const stolen = await ask(bob, reference)
    expect(stolen.parts).toEqual([
      { type: 'text', text: '[The file ../drawing.png could not be sent: it could not be fetched.]' },
    ])
    expect(stolen.stream).not.toContain('/api/files/')
  })

  it('stays a link where it is one', async () => {
    const { parts } = await ask(ada, 'https://example.com/a.png')
    expect(parts).toMatchObject([{ type: 'file', url: 'https://example.com/a.png' }])
  })

  it('is gone with its conversation, and its link with it', async () => {
    const { id, stream } = await ask(ada, 'draw')
    expect((await ada.ask('DELETE', `/api/conversations/${id}`)).status).toBe(204)
    const answer = await open(linkIn(stream))
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ code: 'file_not_found' })
  })

  it('cannot be opened by an old link', async () => {
    const { stream } = await ask(ada, 'draw')
    offset += 61 * 60 * 1000
    const answer = await open(linkIn(stream))
    expect(answer.status).toBe(410)
    expect(await answer.json()).toMatchObject({ code: 'file_link_expired' })
  })
})
