import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createS3Store } from './s3-store.ts'
import { describeAttachments } from './testing/attachments-contract.ts'
import { startS3Server, type S3Server } from './testing/s3-server.ts'
import { streamOf } from './testing/streams.ts'

const clock = { now: Date.now }

describeAttachments('a bucket', async () => {
  const server = await startS3Server()
  const spool = await mkdtemp(join(tmpdir(), 'portico-spool-'))
  return {
    store: createS3Store(server.settings, { spool, fetch, clock }),
    async list() {
      // What only passes through leaves nothing either.
      expect(await readdir(spool)).toEqual([])
      expect(server.refusals).toEqual([])
      return [...server.objects.keys()].sort()
    },
    async stop() {
      await server.stop()
      await rm(spool, { recursive: true })
    },
  }
})

describe('a bucket that refuses', () => {
  let server: S3Server
  let spool: string
  beforeAll(async () => {
    server = await startS3Server()
    spool = await mkdtemp(join(tmpdir(), 'portico-spool-'))
  })
  afterAll(async () => {
    await server.stop()
    await rm(spool, { recursive: true })
  })

  it('is reported by status, without the key', async () => {
    const settings = { ...server.settings, secretAccessKey: 'another-secret' }
    const store = createS3Store(settings, { spool, fetch, clock })
    const error = await store
      .write('usr_a/fil_1', streamOf(Buffer.from('x')))
      .catch((error: unknown) => error)
    expect(String(error)).toMatch(/answered PUT with 403/)
    expect(String(error)).not.toContain('another-secret')
    expect(server.refusals).toEqual(['the signature is wrong'])
    expect(await readdir(spool)).toEqual([])
  })

  it('is no reason to believe that a file is gone', async () => {
    const store = createS3Store(server.settings, { spool, fetch, clock })
    server.failNext(500)
    await expect(store.read('usr_a/fil_1')).rejects.toThrow(/500/)
    expect(await store.read('usr_a/fil_1')).toBeUndefined()
  })
})
