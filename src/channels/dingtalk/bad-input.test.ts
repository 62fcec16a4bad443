import { afterEach, beforeEach, expect, it } from 'vitest'
import { setReceivingStage } from './testing/receiving.ts'

let stage: Awaited<ReturnType<typeof setReceivingStage>>
beforeEach(async () => {
  stage = await setReceivingStage()
})
afterEach(() => stage.stop())

it('counts what is malformed, acknowledges it and goes on', async () => {
  const receiving = await stage.receive()
  const { stream } = stage.account
  stream.deliverRaw('no json')
  stream.deliverRaw('{"type":"CALLBACK","headers":{"messageId":"m1"}}')
  stream.deliverData('{"msgtype":"text"}')
  stream.deliverData(JSON.stringify({ nested: 'x'.repeat(100_000) }))
  stage.write('still here')
  await receiving.inbox.until(({ messages }) => messages.length > 0)
  await expect.poll(() => stream.unacknowledged.size).toBe(0)
  expect(await receiving.end()).toBeUndefined()
  expect(receiving.inbox.malformed).toHaveLength(4)
  expect(receiving.texts()).toEqual(['still here'])
})

it('ends the connection at a frame that is too long, and comes back', async () => {
  const receiving = await stage.receive()
  stage.account.stream.deliverRaw('x'.repeat(2 * 1024 * 1024))
  expect(await receiving.ended).toMatchObject({ platform: 'dingtalk' })
  const again = await stage.receive()
  stage.write('still here')
  await again.inbox.until(({ messages }) => messages.length > 0)
  await again.end()
})

it('commits a replayed message once more under the same key', async () => {
  const receiving = await stage.receive()
  stage.write('one')
  stage.bot.faults.duplicate!()
  await expect.poll(() => stage.account.stream.acknowledged.length).toBe(2)
  await receiving.end()
  expect(new Set(receiving.inbox.messages.map(({ key }) => key)).size).toBe(1)
})

it('acknowledges frames of other kinds without a message', async () => {
  const receiving = await stage.receive()
  const headers = { topic: '*', messageId: 'event1', eventType: 'chat_update_title' }
  stage.account.stream.deliverRaw(JSON.stringify({ type: 'EVENT', headers, data: '{}' }))
  await expect.poll(() => stage.account.stream.echoes).toEqual([{ status: 'SUCCESS', message: 'success' }])
  await receiving.end()
  expect(receiving.inbox.batches).toEqual([])
})

it.each([
  ['a client id of another shape', { client_id: 'a/../b' }],
  ['no secret', { client_secret: undefined }],
  ['an address that is none', { api_root: 'javascript:alert(1)' }],
])('refuses settings with %s before anything is sent', async (_, changes) => {
  const { dingtalk } = await import('./dingtalk.ts')
  const validating = dingtalk.validate(
    { ...stage.settings, ...changes },
    { fetch: () => Promise.reject(new Error('was called')), now: () => 0, sleep: async () => undefined },
  )
  await expect(validating).rejects.toMatchObject({ kind: 'bad_credentials', code: 'settings' })
})
