import { afterEach, beforeEach, expect, it } from 'vitest'
import { canFetchFiles } from '../channel.ts'
import { isFileHost, isServiceHost } from './hosts.ts'
import { startStage } from './testing/stage.ts'

const settings = { appId: 'app', appPassword: 'secret', tenantId: 'tenant' }

it.each([
  ['https://smba.trafficmanager.net/emea/', true],
  ['https://smba.infra.gcc.teams.microsoft.com/teams/', true],
  ['https://webchat.botframework.com/', true],
  ['http://smba.trafficmanager.net/emea/', false],
  ['https://smba.trafficmanager.net:8443/', false],
  ['https://smba.trafficmanager.net.example/', false],
  ['https://smba.trafficmanager.net@a.example/', false],
  ['https://other.trafficmanager.net/', false],
  ['https://evilbotframework.com/', false],
  ['http://169.254.169.254/', false],
  ['not an address', false],
])('our token may go to %s: %s', (url, may) => {
  expect(isServiceHost(url, settings)).toBe(may)
})

it.each([
  ['https://contoso-my.sharepoint.com/x', true],
  ['https://sharepoint.com.example/x', false],
  ['http://contoso.sharepoint.com/x', false],
  ['http://127.0.0.1/x', false],
])('a file may lie at %s: %s', (url, may) => {
  expect(isFileHost(url, settings)).toBe(may)
})

let stage: Awaited<ReturnType<typeof startStage>>
beforeEach(async () => {
  stage = await startStage()
})
afterEach(() => stage.simulator.stop())

it('a conversation that was stored with a strange address gets nothing', async () => {
  const to = { chatId: stage.room.id, kind: 'private' } as const
  stage.memory.write({ [`conversation ${to.chatId}`]: { service_url: 'https://a.example/' } })
  const sending = stage.channel.send(to, { text: 'x', plain: 'x' }, 'key')
  await expect(sending).rejects.toMatchObject({ kind: 'gone' })
})

it('a file on a strange host is not fetched', async () => {
  if (!canFetchFiles(stage.channel)) throw new Error('it fetches no files')
  const file = {
    kind: 'document',
    name: 'x',
    mediaType: 'text/plain',
    ref: { url: 'https://a.example/x' },
  } as const
  const fetching = stage.channel.fetchFile(file, AbortSignal.timeout(5000))
  await expect(fetching).rejects.toMatchObject({ kind: 'invalid' })
})

it('a picture of the connector is fetched with the token, and an uploaded file without', async () => {
  const { channel } = stage
  if (!canFetchFiles(channel)) throw new Error('it fetches no files')
  const read = async (path: string) => {
    const ref = { url: `${stage.simulator.url}${path}` }
    const file = { kind: 'image', name: 'x', mediaType: 'image/png', ref } as const
    const fetched = await channel.fetchFile(file, AbortSignal.timeout(5000))
    return new Response(fetched.body).text()
  }
  const id = stage.bot.addFile({ name: 'x.png', mediaType: 'image/png', bytes: Buffer.from('pixels') })
  expect(await read(`/teams/v3/attachments/${id}/views/original`)).toBe('pixels')
  expect(stage.bot.tokens.size).toBe(1)
  expect(await read(`/download/${id}`)).toBe('pixels')
})
