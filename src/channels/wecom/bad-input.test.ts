import { afterEach, beforeEach, expect, it } from 'vitest'
import { setReceivingStage } from './testing/receiving.ts'
import { wecom } from './wecom.ts'

let stage: Awaited<ReturnType<typeof setReceivingStage>>
beforeEach(async () => {
  stage = await setReceivingStage()
})
afterEach(() => stage.stop())

it('counts what is malformed and goes on', async () => {
  const receiving = await stage.receive()
  stage.account.deliverRaw('no json')
  stage.account.deliverRaw('{"cmd":"aibot_event_callback","headers":{"req_id":"r"},"body":{}}')
  stage.account.deliverRaw('{"cmd":"aibot_msg_callback","headers":{"req_id":7},"body":{"msgid":"m"}}')
  stage.account.deliverRaw('{"headers":{"req_id":"nobody_waits"},"errcode":0}')
  stage.account.deliverRaw(JSON.stringify({ huge: 'x'.repeat(100_000) }))
  const heard = await receiving.hear(() => stage.write('still here'))
  expect(heard.text).toBe('still here')
  expect(await receiving.end()).toBeUndefined()
  expect(receiving.inbox.malformed).toHaveLength(4)
})

it('hands over a replayed message under the same key', async () => {
  const receiving = await stage.receive()
  await receiving.hear(() => stage.write('one'))
  await receiving.hear(() => stage.bot.faults.duplicate!())
  await receiving.end()
  expect(new Set(receiving.inbox.messages.map(({ key }) => key)).size).toBe(1)
})

it('ends the connection at a frame that is too long, and comes back', async () => {
  const receiving = await stage.receive()
  stage.account.deliverRaw('x'.repeat(5 * 1024 * 1024))
  expect(await receiving.ended).toMatchObject({ platform: 'wecom' })
  const again = await stage.receive()
  expect((await again.hear(() => stage.write('still here'))).text).toBe('still here')
  await again.end()
})

it.each([
  ['a bot id of another shape', { bot_id: 'a/../b' }],
  ['no secret', { bot_secret: undefined }],
  ['an address that is none', { api_root: 'javascript:alert(1)' }],
])('refuses settings with %s before anything is sent', async (_, changes) => {
  const dependencies = { fetch, now: () => 0, sleep: async () => undefined }
  const validating = wecom.validate({ ...stage.settings, ...changes }, dependencies)
  await expect(validating).rejects.toMatchObject({ kind: 'bad_credentials', code: 'settings' })
  expect(stage.account.connections).toBe(0)
})
