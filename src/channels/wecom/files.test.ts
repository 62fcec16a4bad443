import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  canFetchFiles,
  canSendFiles,
  type CanFetchFiles,
  type CanSendFiles,
  type Channel,
} from '../channel.ts'
import { setReceivingStage } from './testing/receiving.ts'

let stage: Awaited<ReturnType<typeof setReceivingStage>>
let channel: Channel & CanFetchFiles & CanSendFiles
const signal = AbortSignal.timeout(20_000)

beforeEach(async () => {
  stage = await setReceivingStage()
  if (!canFetchFiles(stage.channel) || !canSendFiles(stage.channel)) throw new Error('no files')
  channel = stage.channel
})
afterEach(() => stage.stop())

async function receiveFile(bytes: Uint8Array) {
  const receiving = await stage.receive()
  const say = () => stage.sendFile!({ name: 'a.bin', mediaType: 'application/octet-stream', bytes })
  const { files } = await receiving.hear(say)
  await receiving.end()
  return files[0]!
}

it.each([0, 1, 31, 32, 33, 200_000])('decrypts a file of %i bytes', async (length) => {
  const bytes = randomBytes(length)
  const { body } = await channel.fetchFile(await receiveFile(bytes), signal)
  expect(Buffer.from(await new Response(body).arrayBuffer()).equals(bytes)).toBe(true)
})

it('gives nothing for a wrong key', async () => {
  const file = await receiveFile(randomBytes(100))
  const other = { ...file, ref: { ...(file.ref as object), aes_key: randomBytes(32).toString('base64') } }
  const { body } = await channel.fetchFile(other, signal)
  await expect(new Response(body).arrayBuffer()).rejects.toThrow()
})

it('refuses what is no file of WeCom', async () => {
  const file = await receiveFile(randomBytes(10))
  for (const ref of [
    null,
    {},
    { url: 'file:///etc/passwd' },
    { url: 'http://127.0.0.1:1', aes_key: 'short' },
  ]) {
    await expect(channel.fetchFile({ ...file, ref }, signal)).rejects.toMatchObject({ kind: 'invalid' })
  }
})

it('says that a file is gone', async () => {
  const file = await receiveFile(randomBytes(10))
  stage.account.files.clear()
  await expect(channel.fetchFile(file, signal)).rejects.toMatchObject({ kind: 'gone' })
})

it('sends a large file in chunks', async () => {
  const bytes = randomBytes(1_200_000)
  const file = { name: 'a.bin', mediaType: 'application/octet-stream', blob: new Blob([bytes]) }
  await channel.sendFile(stage.address, file, 'key-1')
  expect(Buffer.from(stage.files!()[0]!.bytes).equals(bytes)).toBe(true)
})
