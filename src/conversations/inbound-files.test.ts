import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createAttachments, createFileStore, type Attachments } from '../attachments/attachments.ts'
import type { Channel, ChannelDefinition, InboundFile, InboundMessage } from '../channels/channel.ts'
import { paperChannel } from '../channels/testing/paper-channel.ts'
import type { Notice } from '../delivery/delivery.ts'
import { createIds } from '../lib/ids.ts'
import { NetworkError, PlatformError } from '../lib/errors.ts'
import { createLog } from '../lib/log.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { keepInboundFiles, type InboundFileDependencies } from './inbound-files.ts'

let database: TestDatabase
let directory: string
let attachments: Attachments
beforeAll(async () => {
  database = await createTestDatabase()
  directory = await mkdtemp(join(tmpdir(), 'portico-inbound-'))
  const clock = { now: Date.now }
  attachments = createAttachments({
    db: database.db,
    ids: createIds(Date.now),
    clock,
    store: await createFileStore({ kind: 'local' }, { dataDir: directory, fetch, clock }),
    secret: 'secret',
    publicUrl: 'http://portico.test',
  })
})
afterAll(async () => {
  await database.drop()
  await rm(directory, { recursive: true })
})

const never = new AbortController().signal
let fetched: string[] = []
let notices: Notice[] = []
/** What the platform says to each try of a file, by name; then it gives it. */
let troubles = new Map<string, Error[]>()
beforeEach(() => {
  fetched = []
  notices = []
  troubles = new Map()
})

const channel = {
  async fetchFile(file: InboundFile) {
    fetched.push(file.name)
    const trouble = troubles.get(file.name)?.shift()
    if (trouble !== undefined) throw trouble
    return { body: new Blob([`content of ${file.name}`]).stream(), mediaType: 'text/plain' }
  },
} as unknown as Channel

function dependencies(): InboundFileDependencies {
  const files = { maxInboundBytes: 20_000_000 }
  const paper = paperChannel('paper', 'Paper')
  const definition: ChannelDefinition = { ...paper, abilities: { ...paper.abilities, files } }
  return {
    db: database.db,
    attachments,
    log: createLog('silent'),
    sleep: async () => undefined,
    openChannel: async () => ({ channel, definition }),
    delivery: { post: async (_tx, notice) => void notices.push(notice) },
  }
}

let keys = 0
function message(text: string, ...files: Partial<InboundFile>[]): InboundMessage {
  const usual = { kind: 'document' as const, mediaType: 'application/octet-stream', ref: {} }
  return {
    key: `update-${++keys}`,
    kind: 'message',
    chat: { chatId: '1', kind: 'private' },
    sender: { tenantId: '', id: '1', name: 'Ada' },
    messageId: '1',
    text,
    addressed: true,
    files: files.map((file) => ({ name: 'plan.txt', ...usual, ...file })),
    sentAt: 0,
  }
}

function keep(...batch: [InboundMessage, ...InboundMessage[]]) {
  const owner = {
    user: { id: 'usr_ada', name: 'Ada', email: null },
    workspaceId: 'wsp_1',
    connectionId: null,
  }
  const bot = { id: 'bot_1', channel: 'paper', agent: 'default' }
  return keepInboundFiles(dependencies(), { bot, owner, batch }, never)
}

const kept = (filename: string) => ({
  type: 'file',
  url: expect.stringMatching(/^attachment:fil_/) as string,
  media_type: 'text/plain',
  filename,
})

describe('the files of messages', () => {
  it('are kept for their owner and stand with the message that brought them', async () => {
    const parts = await keep(message('one', { name: 'a.txt' }, { name: 'b.txt' }), message('two'))
    expect(parts).toEqual([[kept('a.txt'), kept('b.txt')], []])
  })

  it('ask nothing of anybody where there are none', async () => {
    expect(await keep(message('hello'))).toBeUndefined()
  })

  it('are fetched once when the turn is tried again', async () => {
    const one = message('', { name: 'a.txt' })
    const first = await keep(one)
    expect(await keep(one)).toEqual(first)
    expect(fetched).toEqual(['a.txt'])
  })

  it('are asked for again after a passing trouble', async () => {
    troubles.set('a.txt', [
      new NetworkError('paper', undefined),
      new PlatformError({ platform: 'paper', code: '500', kind: 'transient', description: 'later' }),
    ])
    expect(await keep(message('', { name: 'a.txt' }))).toEqual([[kept('a.txt')]])
    expect(fetched).toHaveLength(3)
  })

  it('bring the words of a voice note along', async () => {
    const note = { kind: 'voice' as const, name: 'voice.ogg', transcript: 'see you at nine' }
    const parts = await keep(message('', note))
    expect(parts).toEqual([[{ type: 'text', text: 'see you at nine' }, kept('voice.ogg')]])
    const same = await keep(message('see you at nine', note))
    expect(same).toEqual([[kept('voice.ogg')]])
  })
})

describe('a file that cannot be had', () => {
  it('is named to the agent and to the person, and the others are kept', async () => {
    const gone = new PlatformError({
      platform: 'paper',
      code: '404',
      kind: 'gone',
      description: 'secret path',
    })
    troubles.set('a_b.txt', [gone])
    const parts = await keep(
      message('', { name: 'a_b.txt' }, { name: 'big.bin', size: 20_000_001 }, { name: 'c.txt' }),
    )
    expect(parts).toEqual([
      [
        { type: 'text', text: '[The file a_b.txt could not be read: it could not be fetched.]' },
        { type: 'text', text: '[The file big.bin could not be read: it is larger than 20 MB.]' },
        kept('c.txt'),
      ],
    ])
    expect(fetched).toEqual(['a_b.txt', 'c.txt'])
    expect(notices).toMatchObject([
      {
        to: { chatId: '1' },
        text: 'The file a\\_b.txt could not be read: it could not be fetched.\n\nThe file big.bin could not be read: it is larger than 20 MB.',
      },
    ])
  })
})
