import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIds } from '../../lib/ids.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { createAttachments, type Attachments } from '../attachments.ts'
import type { FileStore } from '../file-store.ts'
import { bytesOf, streamOf } from './streams.ts'

export interface StoreWorld {
  store: FileStore
  /** Everything that the store holds: paths, sorted. */
  list(): Promise<string[]>
  stop(): Promise<void>
}

const ada = { userId: 'usr_ada', workspaceId: 'wsp_one' }
const bob = { userId: 'usr_bob', workspaceId: 'wsp_one' }
const limits = { maxBytes: 1_000_000 }
const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(100)])

/** What keeping files must do on every store. */
export function describeAttachments(name: string, createWorld: () => Promise<StoreWorld>): void {
  describe(`attachments: ${name}`, () => {
    let world: StoreWorld
    let database: TestDatabase
    let attachments: Attachments
    beforeAll(async () => {
      world = await createWorld()
      database = await createTestDatabase()
      attachments = createAttachments({
        db: database.db,
        store: world.store,
        ids: createIds(Date.now),
        clock: { now: Date.now },
        secret: 'secret',
        publicUrl: 'http://portico.test',
      })
    })
    afterAll(async () => {
      await database.drop()
      await world.stop()
    })

    it('give a file back as it was sent, and each user a folder of their own', async () => {
      const bytes = Buffer.alloc(300_000, 'portico')
      const file = { name: 'a.bin', mediaType: 'application/x-thing', body: streamOf(bytes, 7_000) }
      const kept = await attachments.keep(ada, file, limits)
      expect(kept).toMatchObject({ ...ada, name: 'a.bin', mediaType: 'application/x-thing', size: 300_000 })
      const opened = await attachments.open(kept.id)
      expect(Buffer.compare(await bytesOf(opened.body), bytes)).toBe(0)
      const { blob } = await attachments.openBlob(kept.id)
      expect(Buffer.compare(Buffer.from(await blob.arrayBuffer()), bytes)).toBe(0)
      expect(blob.type).toBe('application/x-thing')

      const other = await attachments.keep(bob, { ...file, body: streamOf(bytes) }, limits)
      expect(await world.list()).toEqual([`usr_ada/${kept.id}`, `usr_bob/${other.id}`])
    })

    it('believe the bytes and not the claim, and clean the name', async () => {
      const body = streamOf(png, 3)
      const given = { name: '../../etc/\u202epasswd.png', mediaType: 'text/html', body }
      const kept = await attachments.keep(ada, given, limits)
      expect(kept).toMatchObject({ name: 'passwd.png', mediaType: 'image/png' })
      const lie = { name: 'x', mediaType: 'image/png', body: streamOf(Buffer.from('<script>')) }
      expect((await attachments.keep(ada, lie, limits)).mediaType).toBe('application/octet-stream')
    })

    it('keep an empty file', async () => {
      const file = { name: 'empty', mediaType: 'text/plain', body: streamOf(Buffer.alloc(0)) }
      const { id } = await attachments.keep(ada, file, limits)
      expect(await bytesOf((await attachments.open(id)).body)).toHaveLength(0)
    })

    it.each([
      ['file_too_large', { body: streamOf(Buffer.alloc(60), 10) }, { maxBytes: 50 }],
      ['file_too_large', { body: streamOf(Buffer.alloc(1)), size: 51 }, { maxBytes: 50 }],
      ['file_type_refused', { body: streamOf(png, 10) }, { maxBytes: 500, mediaTypes: ['text/', 'audio/'] }],
      ['file_unreachable', { body: breakingStream() }, limits],
    ])('leave nothing behind when they refuse with %s', async (code, file, given) => {
      const before = await world.list()
      const rows = await countRows(database)
      await expect(
        attachments.keep(ada, { name: 'x', mediaType: 'text/plain', ...file }, given),
      ).rejects.toMatchObject({ code })
      expect(await world.list()).toEqual(before)
      expect(await countRows(database)).toBe(rows)
    })

    it('know what was kept before', async () => {
      const file = { name: 'x', mediaType: 'text/plain', body: streamOf(png), sourceKey: 'bot/1/0' }
      const kept = await attachments.keep(ada, file, limits)
      expect(await attachments.findBySource(['bot/1/0', 'bot/1/1'])).toEqual(new Map([['bot/1/0', kept]]))
    })

    it('delete what has belonged to no conversation for a day, and nothing else', async () => {
      const file = { name: 'x', mediaType: 'text/plain' }
      const young = await attachments.keep(ada, { ...file, body: streamOf(png) }, limits)
      const old = await attachments.keep(ada, { ...file, body: streamOf(png) }, limits)
      await database.db
        .updateTable('attachments')
        .set({ created_at: new Date(Date.now() - 25 * 60 * 60 * 1000) })
        .where('id', '=', old.id)
        .execute()
      expect(await attachments.tidy()).toBe(1)
      await expect(attachments.open(old.id)).rejects.toMatchObject({ code: 'file_not_found' })
      await (await attachments.open(young.id)).body.cancel()
      expect(await world.list()).not.toContain(`usr_ada/${old.id}`)
    })

    it('say so when there is no such file', async () => {
      await expect(attachments.open('fil_none')).rejects.toMatchObject({ code: 'file_not_found' })
      await expect(attachments.openBlob('fil_none')).rejects.toMatchObject({ code: 'file_not_found' })
    })
  })
}

function breakingStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(Buffer.alloc(30))
    },
    pull(controller) {
      controller.error(new Error('the connection broke'))
    },
  })
}

async function countRows({ db }: TestDatabase): Promise<number> {
  const { count } = await db
    .selectFrom('attachments')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}
