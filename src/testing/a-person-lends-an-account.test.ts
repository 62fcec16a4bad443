import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLendingWorld, linkIn, type LendingWorld } from './lending-world.ts'

let world: LendingWorld
let ada: Awaited<ReturnType<LendingWorld['member']>>
beforeAll(async () => {
  world = await createLendingWorld()
  ada = await world.member('Ada')
})
afterAll(() => world.stop())

const chat = () => ada.phone.chatWith(world.token)
const writes = (text: string) => ada.phone.writes(world.token, text)
/** The newest message of the bot that passes, once there is one that was not there before. */
const after = async (act: () => unknown, passes: (text: string) => boolean) => {
  const known = new Set(chat().messages.map(({ id }) => id))
  act()
  return chat().until(({ messages }) =>
    messages.find(({ id, from, text }) => from.is_bot && !known.has(id) && passes(text)),
  )
}

describe('a person who lends an account', () => {
  it('is asked for it, connects it, approves what is written with it, and is answered in the same turn', async () => {
    writes('please file Bug')
    const link = await linkIn(chat(), (text) => text.includes('asks to use your GitHub account'))
    const back = await world.follows(ada.user, link)
    expect(back.status).toBe(303)
    expect(back.headers.get('location')).toMatch(/^\/integrations\?from=chat&connected=crd_/)
    await chat().untilAnswer((text) => text.startsWith('Your GitHub account mia is connected'))

    const question = await chat().untilAnswer((text) => text.includes('wants to use your GitHub account mia'))
    expect(question.text).toContain('/api/repos/acme/site/issues')
    expect(question.text).toContain('{\n  "title": "Bug"\n}')
    expect(world.calls('POST')).toEqual([])
    ada.phone.presses(world.token, chat(), question, 'Approve')
    await chat().untilAnswer((text) => text === 'You are mia there. Filed: Bug.')
    const [token] = world.tokens()
    expect(world.calls('POST')).toMatchObject([
      { body: '{"title":"Bug"}', authorization: `Bearer ${token?.access ?? ''}`, status: 200 },
    ])

    // A second press is too late for anything.
    await after(
      () => ada.phone.presses(world.token, chat(), question, 'Approve'),
      (text) => text.startsWith('No request of yours waits'),
    )
    expect(world.calls('POST')).toHaveLength(1)
    const { conversations } = await ada.user.conversations()
    expect(conversations.map(({ title }) => title)).toEqual(['please file Bug'])
    if (process.env['PRINT_TRANSCRIPT'] !== undefined) console.log(world.transcript(chat()).join('\n'))
  })

  it('denies a request, which is then not sent', async () => {
    const question = await after(
      () => writes('please file Spam'),
      (text) => text.includes('wants to use'),
    )
    ada.phone.presses(world.token, chat(), question, 'Deny')
    await chat().untilAnswer((text) => text === 'You are mia there. Not filed: approval_denied.')
    await chat().untilAnswer((text) => text.startsWith('Denied. This is not sent: POST '))
    expect(world.calls('POST').map(({ body }) => body)).not.toContain('{"title":"Spam"}')
  })

  it('may take their time with an agent that does not wait: it asks again and finds the word given', async () => {
    const question = await after(
      () => writes('file Typo and do not wait'),
      (text) => text.includes('wants to use'),
    )
    await chat().untilAnswer((text) => text === 'You are mia there. Not filed: approval_required.')
    ada.phone.presses(world.token, chat(), question, 'Approve')
    await after(
      () => undefined,
      (text) => text.startsWith('Approved, once: POST '),
    )
    await after(
      () => writes('now file Typo and do not wait'),
      (text) => text === 'You are mia there. Filed: Typo.',
    )
  })

  it('lists what is lent, and adds another account', async () => {
    const listed = await after(
      () => writes('/connections'),
      (text) => text.startsWith('What you lend me'),
    )
    expect(listed.text).toMatch(/GitHub account mia can be used, .* used.*; \/disconnect github ends it/)
    world.oidc.next.account = 'mia-at-work'
    const link = await linkIn(
      chat(),
      (text) => text.startsWith('Open this link'),
      () => writes('/connect GitHub'),
    )
    await world.follows(ada.user, link)
    await chat().untilAnswer((text) => text.startsWith('Your GitHub account mia-at-work is connected'))
    world.oidc.next.account = 'mia'
  })

  it('takes one back, by its name where there are several, and hears what became of it at the provider', async () => {
    const which = await after(
      () => writes('/disconnect github'),
      (text) => text.startsWith('There are several'),
    )
    expect(which.text).toContain('/disconnect github mia-at-work')
    await after(
      () => writes('/disconnect github mia-at-work'),
      (text) => text.startsWith('GitHub has confirmed it'),
    )
    await chat().untilAnswer(
      (text) => text === 'Your GitHub account mia-at-work is disconnected: I use it no more.',
    )
    const [, work] = world.tokens()
    const revoked = world.wire.exchanges.filter(({ path }) => path === '/token/revocation')
    expect(revoked.map(({ body }) => new URLSearchParams(body).get('token')).toSorted()).toEqual(
      [work?.access, work?.refresh].toSorted(),
    )
    const listed = await after(
      () => writes('/connections'),
      (text) => text.startsWith('What you lend me'),
    )
    expect(listed.text).not.toContain('mia-at-work')
  })

  it('hears once that it must be connected again, and the request that met that goes on', async () => {
    const [mine] = world.tokens()
    await world.endsAtProvider(mine?.refresh ?? '')
    await world.database.db
      .updateTable('credentials')
      .set({ expires_at: new Date(0), version: 7 })
      .execute()
    const before = chat().messages.length
    writes('who am I there')
    const link = await linkIn(chat(), (text) =>
      text.startsWith('Your GitHub account mia has to be connected again'),
    )
    const listed = await after(
      () => writes('/connections'),
      (text) => text.startsWith('What you lend me'),
    )
    expect(listed.text).toContain('has to be connected again')
    await world.follows(ada.user, link)
    await chat().until(({ messages }) =>
      messages.slice(before).some(({ text }) => text === 'You are mia there.'),
    )
    const asked = chat()
      .messages.slice(before)
      .filter(({ text }) => text.includes('/connect/'))
    expect(asked).toHaveLength(1)
  })

  it('lets no token out: not in a chat, a stream, the log, an agent or a row of the database', async () => {
    const secrets = world.tokens().flatMap(({ access, refresh }) => [access, refresh])
    expect(secrets.length).toBeGreaterThanOrEqual(6)
    const { conversations } = await ada.user.conversations()
    const messages = await Promise.all(conversations.map(({ id }) => ada.user.messages(id)))
    const everything = {
      chat: world.transcript(chat()),
      messages: [JSON.stringify(messages)],
      log: world.log,
      agent: world.borrower.seen,
      rows: await world.rows(),
    }
    for (const [place, texts] of Object.entries(everything)) {
      expect(texts.length, place).toBeGreaterThan(0)
      for (const secret of secrets)
        expect(
          texts.filter((text) => text.includes(secret)),
          place,
        ).toEqual([])
    }
  })
})
