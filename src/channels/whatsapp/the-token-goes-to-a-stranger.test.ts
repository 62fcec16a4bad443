import { afterEach, beforeEach, expect, it } from 'vitest'
import { canFetchFiles, type InboundFile } from '../channel.ts'
import { isOfMeta } from './media.ts'
import { startStage } from './testing/stage.ts'

let stage: Awaited<ReturnType<typeof startStage>>
beforeEach(async () => {
  stage = await startStage()
})
afterEach(() => stage.simulator.stop())

it.each([
  ['https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1', true],
  ['https://scontent.xx.fbcdn.net/v/t1', true],
  ['http://lookaside.fbsbx.com/x', false],
  ['https://lookaside.fbsbx.com:8443/x', false],
  ['https://lookaside.fbsbx.com.example/x', false],
  ['https://fbcdn.net.example/x', false],
  ['https://evilfbcdn.net/x', false],
  ['https://lookaside.fbsbx.com@a.example/x', false],
  ['http://169.254.169.254/latest', false],
  ['https://graph.facebook.com/x', true],
])('the access token may go to %s: %s', (url, may) => {
  expect(isOfMeta(new URL(url), 'https://graph.facebook.com')).toBe(may)
})

function fileOf(media_id: string): InboundFile {
  return { kind: 'document', name: 'x', mediaType: 'text/plain', ref: { media_id } }
}

it('a file on a strange host is not fetched', async () => {
  const id = stage.bot.media.add({ name: 'x', mediaType: 'text/plain', bytes: Buffer.from('x') })
  stage.bot.media.urls.set(id, 'https://a.example/x')
  if (!canFetchFiles(stage.channel)) throw new Error('it fetches no files')
  const fetching = stage.channel.fetchFile(fileOf(id), AbortSignal.timeout(5000))
  await expect(fetching).rejects.toMatchObject({ kind: 'invalid' })
})

it('an id that is a path is not put into an address', async () => {
  if (!canFetchFiles(stage.channel)) throw new Error('it fetches no files')
  const fetching = stage.channel.fetchFile(fileOf('../me'), AbortSignal.timeout(5000))
  await expect(fetching).rejects.toMatchObject({ kind: 'gone' })
})
