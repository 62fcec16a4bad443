import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openChannelsHouse, type ChannelsHouse } from './testing/channels-house.ts'

let house: ChannelsHouse
let open: ChannelsHouse
beforeAll(async () => {
  house = await openChannelsHouse({ connections: { enabled: false }, isServiceRunning: false })
  open = await openChannelsHouse({ isAuthDisabled: true })
})
afterAll(async () => {
  await house.stop()
  await open.stop()
})

describe('where connections are switched off', () => {
  it.each([
    ['DELETE', '/connections/con_1', undefined],
    ['POST', '/paper/connect', {}],
    ['POST', '/paper/runtime-config', { values: {} }],
    ['DELETE', '/paper/runtime-config', undefined],
  ] as const)('%s %s says so', async (method, path, body) => {
    const answer = await house.ask(house.admin, method, path, body)
    expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
      400,
      'Channel connections are disabled',
    ])
  })

  it('the lists are empty', async () => {
    expect((await house.ask(house.user, 'GET', '/providers')).json()).toEqual({
      enabled: false,
      providers: [],
    })
    expect((await house.ask(house.user, 'GET', '/connections')).json()).toEqual({ connections: [] })
  })

  it('and an unknown provider is still unknown', async () => {
    expect((await house.ask(house.user, 'POST', '/none/connect')).statusCode).toBe(404)
  })
})

it('a restart needs the service', async () => {
  const answer = await house.ask(house.admin, 'POST', '/paper/restart')
  expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
    503,
    'Channel service is not running',
  ])
  expect((await house.ask(house.user, 'GET', '')).json()).toMatchObject({ service_running: false })
})

it('without authentication a running provider is connected without a connection', async () => {
  const status = async () => {
    const { providers } = (await open.ask(open.user, 'GET', '/providers')).json<{ providers: object[] }>()
    return providers[0]
  }
  expect(await status()).toMatchObject({ connection_status: 'not_connected' })
  await open.ask(open.admin, 'POST', '/paper/runtime-config', {
    values: { app_token: 'good', app_name: 'a' },
  })
  expect(await status()).toMatchObject({ connection_status: 'connected' })
})
