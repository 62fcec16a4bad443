import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canSendFiles, type ChatAddress } from '../channel.ts'
import { refusalOf } from './errors.ts'
import { startStage } from './testing/stage.ts'

let stage: Awaited<ReturnType<typeof startStage>>
let to: ChatAddress
beforeEach(async () => {
  stage = await startStage()
  to = { chatId: stage.ada.id, kind: 'private' }
})
afterEach(() => stage.simulator.stop())

it('waits six seconds when the person got too many messages', async () => {
  stage.bot.sendFaults.push('pair_limit')
  const sending = stage.channel.send(to, { text: 'x', plain: 'x' }, 'key')
  await expect(sending).rejects.toMatchObject({ kind: 'rate_limited', retryAfterMs: 6000 })
})

it('shortens the labels of buttons and keeps them apart', async () => {
  const buttons = [
    { label: 'Read the mailbox of Ada', value: 'a' },
    { label: 'Read the mailbox of Bob', value: 'b' },
    { label: 'No', value: 'c' },
  ]
  await stage.channel.send(to, { text: 'May I?', plain: 'May I?', buttons }, 'key')
  const [message] = stage.room.messages()
  expect(message?.buttons).toEqual(['Read the mailbox of…', 'Read the mailbox… 2', 'No'])
})

it('puts buttons below a long text, and says it once when they have to be tried again', async () => {
  const text = 'x'.repeat(2000)
  const message = { text, plain: text, buttons: [{ label: 'Yes', value: 'y' }] }
  stage.bot.sendFaults.push(undefined, 'rate_limit')
  await expect(stage.channel.send(to, message, 'key')).rejects.toMatchObject({ kind: 'rate_limited' })
  await stage.channel.send(to, message, 'key')
  expect(stage.room.messages().map(({ text: shown, buttons }) => [shown.length, buttons])).toEqual([
    [2000, []],
    [3, ['Yes']],
  ])
})

it.each([
  ['photo.png', 'image/png'],
  ['note.ogg', 'audio/ogg'],
  ['table.csv', 'text/csv'],
  ['data.json', 'application/json'],
])('sends %s', async (name, mediaType) => {
  if (!canSendFiles(stage.channel)) throw new Error('it sends no files')
  await stage.channel.sendFile(to, { name, mediaType, blob: new Blob(['content']) }, 'key')
  const [file] = stage.room.messages()[0]?.files ?? []
  expect(file?.name).toBe(name)
  expect(Buffer.from(file?.bytes ?? []).toString()).toBe('content')
})

it('writes to people whose number WhatsApp hides', async () => {
  const bob = { id: 'US.13000000000000000001', name: 'Bob' }
  const room = stage.bot.directRoom(bob)
  await stage.channel.send({ chatId: bob.id, kind: 'private' }, { text: 'hi', plain: 'hi' }, 'key')
  expect(room.messages().map(({ text }) => text)).toEqual(['hi'])
})

it('refuses to write to what is no chat', async () => {
  const sending = stage.channel.send({ chatId: '../me', kind: 'private' }, { text: 'x', plain: 'x' }, 'key')
  await expect(sending).rejects.toMatchObject({ kind: 'gone' })
})

describe('an error of the Graph API', () => {
  it.each([
    [401, { code: 190 }, 'bad_credentials'],
    [403, { code: 200 }, 'bad_credentials'],
    [400, { code: 100, error_subcode: 33 }, 'bad_credentials'],
    [400, { code: 100, message: '(#100) Invalid parameter' }, 'invalid'],
    [400, { code: 131026 }, 'gone'],
    [400, { code: 131047 }, 'awaits_person'],
    [429, { code: 80007 }, 'rate_limited'],
    [500, { code: 131000 }, 'transient'],
    [503, { code: 999 }, 'transient'],
    [400, { code: 132000 }, 'invalid'],
  ])('%i %j means %s', (status, error, kind) => {
    expect(refusalOf(status, { error }, [])).toMatchObject({ kind })
  })

  it('never repeats a secret', () => {
    const error = { code: 190, message: 'Malformed access token EAAsecret' }
    expect(String(refusalOf(401, { error }, ['EAAsecret']))).not.toContain('EAAsecret')
  })
})
