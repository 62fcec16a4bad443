import { type Cache, Client, EventDispatcher, LoggerLevel, WSClient } from '@larksuiteoapi/node-sdk'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fieldsOf } from '../../../lib/json.ts'
import { textOf } from '../../lenient-shape.ts'
import { setStage, type Stage } from './stage.ts'

/** The SDK logs what goes wrong; a test looks at what it throws. */
const silent = { error() {}, warn() {}, info() {}, debug() {}, trace() {} }

let stage: Stage
let client: Client
let sockets: WSClient[]

beforeEach(async () => {
  stage = await setStage()
  sockets = []
  client = new Client({
    appId: stage.app.id,
    appSecret: stage.app.secret,
    domain: stage.simulator.url,
    logger: silent,
    loggerLevel: LoggerLevel.fatal,
    cache: privateCache(),
  })
})
afterEach(async () => {
  for (const socket of sockets) socket.close({ force: true })
  await stage.simulator.stop()
})

/** The SDK's own cache is shared by all clients of the process. */
function privateCache(): Cache {
  const values = new Map<unknown, string>()
  return {
    get: async (key) => values.get(key),
    set: async (key, value: string) => {
      values.set(key, value)
      return true
    },
  }
}

/** The SDK listens only a moment after it has connected. */
async function connect(onMessage: (event: unknown) => unknown, other = {}): Promise<{ listens: number }> {
  const { app, simulator } = stage
  const state = { listens: 0 }
  const dispatcher = new EventDispatcher({ logger: silent, loggerLevel: LoggerLevel.fatal })
  dispatcher.register({ 'im.message.receive_v1': onMessage, ...other })
  const socket = new WSClient({
    appId: app.id,
    appSecret: app.secret,
    domain: simulator.url,
    logger: silent,
    loggerLevel: LoggerLevel.fatal,
    onReady: () => (state.listens += 1),
    onReconnected: () => (state.listens += 1),
  })
  sockets.push(socket)
  void socket.start({ eventDispatcher: dispatcher })
  await expect.poll(() => state.listens).toBe(1)
  return state
}

describe("the SDK's long connection as a judge", () => {
  it('connects, pings, receives in pieces, and confirms after the handler', async () => {
    const seen: string[] = []
    stage.app.events.pieceBytes = 100
    await connect((event) => {
      seen.push(textOf(fieldsOf(fieldsOf(event)['message'])['content']) ?? '')
    })
    stage.room.write(stage.ada, 'one')
    stage.room.write(stage.ada, 'two')
    await stage.app.events.until(({ deliveries }) => deliveries.every(({ state }) => state === 'confirmed'))
    expect(seen.toSorted()).toEqual(['{"text":"one"}', '{"text":"two"}'])
    expect(stage.app.events.deliveries).toHaveLength(2)
    expect(stage.app.events.pings).toBe(1)
  })

  it('answers a handler that fails with 500, and gets the event again', async () => {
    let failures = 1
    await connect(() => {
      failures -= 1
      if (failures >= 0) throw new Error('not now')
    })
    stage.room.write(stage.ada, 'again')
    const [delivery] = stage.app.events.deliveries
    await expect.poll(() => delivery?.answers).toEqual([500])
    stage.simulator.pass(15_000)
    await expect.poll(() => delivery?.answers).toEqual([500, 200])
  })

  it('connects again after the line broke', async () => {
    const seen: unknown[] = []
    const state = await connect((event) => seen.push(event))
    stage.app.events.disconnect()
    await expect.poll(() => state.listens).toBe(2)
    stage.room.write(stage.ada, 'still there?')
    await expect.poll(() => seen).toHaveLength(1)
  })

  it('hands over pressed buttons', async () => {
    const actions: unknown[] = []
    await connect(() => undefined, {
      'card.action.trigger': (event: unknown) => {
        actions.push(fieldsOf(event)['action'])
        return { toast: { type: 'success', content: 'Done' } }
      },
    })
    const button = {
      tag: 'button',
      text: { tag: 'plain_text', content: 'Yes' },
      behaviors: [{ type: 'callback', value: { say: 'yes' } }],
    }
    const sent = await client.im.v1.message.create({
      params: { receive_id_type: 'chat_id' },
      data: {
        receive_id: stage.chat.id,
        msg_type: 'interactive',
        content: JSON.stringify({ schema: '2.0', body: { elements: [button] } }),
      },
    })
    stage.room.press!(stage.ada, sent.data?.message_id ?? '', 'Yes')
    await expect.poll(() => actions).toEqual([{ value: { say: 'yes' }, tag: 'button' }])
  })
})

describe("the SDK's client as a judge", () => {
  const text = (content: string) => JSON.stringify({ text: content })

  it('sends, replies, edits and reacts', async () => {
    const data = { receive_id: stage.chat.id, msg_type: 'text', content: text('hi'), uuid: 'one' }
    const params = { receive_id_type: 'chat_id' } as const
    const sent = await client.im.v1.message.create({ params, data })
    const again = await client.im.v1.message.create({ params, data })
    const path = { message_id: sent.data?.message_id ?? '' }
    expect(sent.code).toBe(0)
    expect(again.data?.message_id).toBe(path.message_id)
    await client.im.v1.message.update({ path, data: { msg_type: 'text', content: text('hello') } })
    const replied = await client.im.v1.message.reply({
      path,
      data: { msg_type: 'text', content: text('and more'), reply_in_thread: true },
    })
    expect(replied.data).toMatchObject({ root_id: path.message_id })
    const reaction = { reaction_type: { emoji_type: 'Typing' } }
    const reacted = await client.im.v1.messageReaction.create({ path, data: reaction })
    expect(stage.room.messages()[0]).toMatchObject({ text: 'hello', marks: ['Typing'] })
    await client.im.v1.messageReaction.delete({
      path: { ...path, reaction_id: reacted.data?.reaction_id ?? '' },
    })
    expect(stage.room.messages().map((message) => [message.text, message.marks])).toEqual([
      ['hello', []],
      ['and more', []],
    ])
  })

  it('lets a card grow and closes it', async () => {
    const card = {
      schema: '2.0',
      config: { streaming_mode: true },
      body: { elements: [{ tag: 'markdown', element_id: 'md', content: '...' }] },
    }
    const made = await client.cardkit.v1.card.create({
      data: { type: 'card_json', data: JSON.stringify(card) },
    })
    const path = { card_id: made.data?.card_id ?? '' }
    await client.im.v1.message.create({
      params: { receive_id_type: 'chat_id' },
      data: {
        receive_id: stage.chat.id,
        msg_type: 'interactive',
        content: JSON.stringify({ type: 'card', data: path }),
      },
    })
    await client.cardkit.v1.cardElement.content({
      path: { ...path, element_id: 'md' },
      data: { content: 'growing **text**', sequence: 1 },
    })
    expect(stage.room.messages()[0]).toMatchObject({ text: 'growing text', isGrowing: true })
    const settings = JSON.stringify({ config: { streaming_mode: false } })
    await client.cardkit.v1.card.settings({ path, data: { settings, sequence: 2 } })
    expect(stage.room.messages()[0]).toMatchObject({ text: 'growing text', isGrowing: false })
  })

  it('sends a file and fetches one', async () => {
    const uploaded = await client.im.v1.file.create({
      data: { file_type: 'stream', file_name: 'plan.txt', file: Buffer.from('the plan') },
    })
    await client.im.v1.message.create({
      params: { receive_id_type: 'chat_id' },
      data: {
        receive_id: stage.chat.id,
        msg_type: 'file',
        content: JSON.stringify({ file_key: uploaded?.file_key }),
      },
    })
    expect(stage.room.messages()[0]?.files[0]).toMatchObject({ name: 'plan.txt' })
    const fetched = await client.im.v1.messageResource.get({
      path: { message_id: stage.chat.messages[0]?.id ?? '', file_key: uploaded?.file_key ?? '' },
      params: { type: 'file' },
    })
    const chunks = (await fetched.getReadableStream().toArray()) as Buffer[]
    expect(Buffer.concat(chunks).toString()).toBe('the plan')
  })

  it('refuses what the platform refuses', async () => {
    const params = { receive_id_type: 'chat_id' } as const
    const data = { receive_id: 'oc_nowhere', msg_type: 'text', content: text('hi') }
    const refused = client.im.v1.message.create({ params, data })
    await expect(refused).rejects.toMatchObject({ response: { data: { code: 230002 } } })
  })
})
