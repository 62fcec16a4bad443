import { WSClient, type BaseMessage, type WsFrame } from '@wecom/aibot-node-sdk'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { setWeComStage } from './testing/stage.ts'

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

/** The simulator is judged by WeCom's own client, which this channel does not use. */
describe('the official SDK', () => {
  let stage: Awaited<ReturnType<typeof setWeComStage>>
  let client: WSClient
  beforeEach(async () => {
    stage = await setWeComStage()
    client = connect(stage.account.secret)
    client.connect()
    await heard('authenticated')
  })
  afterEach(async () => {
    client.disconnect()
    await stage.stop()
  })

  function connect(secret: string): WSClient {
    const wsUrl = stage.simulator.url.replace('http', 'ws')
    const never = { maxReconnectAttempts: 0, maxAuthFailureAttempts: 0 }
    return new WSClient({ botId: stage.account.botId, secret, wsUrl, logger: silent, ...never })
  }

  async function heard(event: string): Promise<unknown> {
    const values: unknown[] = await once(client as unknown as NodeJS.EventEmitter, event)
    return values[0]
  }

  async function ask(text: string): Promise<WsFrame<BaseMessage>> {
    const coming = heard('message.text')
    stage.write(text)
    return (await coming) as WsFrame<BaseMessage>
  }

  it('reads a message and answers it with a stream', async () => {
    const frame = await ask('hello')
    expect(frame.body).toMatchObject({ chattype: 'single', from: { userid: stage.ada.id } })
    await client.replyStream(frame, 's1', 'he')
    await client.replyStream(frame, 's1', 'hello', true)
    expect(stage.room.messages().at(-1)).toMatchObject({ text: 'hello', isGrowing: false })
  })

  it('is told that the window is over', async () => {
    const frame = await ask('hello')
    stage.account.expireWindows()
    await expect(client.replyStream(frame, 's1', 'late', true)).rejects.toMatchObject({ errcode: 846608 })
  })

  it('pushes a message and a file, and fetches one', async () => {
    await client.sendMessage(stage.ada.id, { msgtype: 'markdown', markdown: { content: '**news**' } })
    const content = Buffer.alloc(600_000, 'x')
    const { media_id: mediaId } = await client.uploadMedia(content, { type: 'file', filename: 'plan.pdf' })
    await client.sendMediaMessage(stage.ada.id, 'file', mediaId)
    expect(stage.answers()[0]).toBe('news')
    expect(stage.files!()[0]?.bytes.length).toBe(600_000)
    const coming = heard('message.file')
    stage.sendFile!({ name: 'a.txt', mediaType: 'text/plain', bytes: Buffer.from('a small file') })
    const { body } = (await coming) as WsFrame<BaseMessage>
    const { url, aeskey } = (body as unknown as { file: { url: string; aeskey: string } }).file
    expect((await client.downloadFile(url, aeskey)).buffer.toString()).toBe('a small file')
  })

  it('welcomes who enters, and hears a button', async () => {
    const entering = heard('event.enter_chat')
    stage.room.enter(stage.ada)
    const welcome = { msgtype: 'text', text: { content: 'welcome' } } as const
    await client.replyWelcome((await entering) as WsFrame, welcome)
    const card = {
      card_type: 'button_interaction',
      main_title: { title: 'Sure?' },
      button_list: [{ text: 'Yes', style: 1, key: 'yes' }],
      task_id: 't1',
    }
    await client.sendMessage(stage.ada.id, { msgtype: 'template_card', template_card: card })
    const pressing = heard('event.template_card_event')
    stage.press!('Yes')
    expect(await pressing).toMatchObject({
      body: { event: { template_card_event: { event_key: 'yes', task_id: 't1' } } },
    })
  })

  it('is told when another connection takes over, and when its secret is wrong', async () => {
    const kicked = heard('event.disconnected_event')
    const other = connect(stage.account.secret)
    other.connect()
    await kicked
    other.disconnect()
    const wrong = connect('wrong-secret-0123456789')
    const refused = once(wrong as unknown as NodeJS.EventEmitter, 'error')
    wrong.connect()
    expect(String((await refused)[0])).toContain('Authentication failed')
    wrong.disconnect()
  })
})
