import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openChannelsHouse, type ChannelsHouse } from './testing/channels-house.ts'

const good = { app_token: 'good-1', app_name: 'clerk' }
const failed = 'Failed to start Paper channel. Check the values and try again.'

let house: ChannelsHouse
beforeAll(async () => {
  house = await openChannelsHouse({
    async revokeConnections(tx) {
      await tx.updateTable('bots').set({ name: 'touched' }).execute()
      throw new Error('The database is full.')
    },
  })
})
afterAll(() => house.stop())

const configure = (values: Record<string, string>) =>
  house.ask(house.admin, 'POST', '/paper/runtime-config', { values })
const provider = async () => {
  const { providers } = (await house.ask(house.admin, 'GET', '/providers')).json<{ providers: object[] }>()
  return providers[0]
}
const runs = async () => {
  await expect
    .poll(async () => [...(await house.supervisor.states()).values()])
    .toMatchObject([{ state: 'connected' }])
}

describe('a channel that does not start with new credentials never', () => {
  it('stays half configured: there was none, and there is none', async () => {
    const before = await provider()
    const answer = await configure({ ...good, app_token: 'good-mute' })
    expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([400, failed])
    expect(await provider()).toEqual(before)
    expect(await house.db.selectFrom('bots').selectAll().execute()).toEqual([])
  })

  it('loses the credentials it had: it runs on with them', async () => {
    await configure(good)
    const before = await provider()
    for (const app_token of ['bad', 'good-mute'])
      expect((await configure({ app_token, app_name: 'other' })).statusCode).toBe(400)
    await runs()
    expect(await provider()).toEqual(before)
    expect(await house.bots.list(house.db)).toMatchObject([{ settings: good, enabled: true }])
  })
})

describe('a channel that cannot be removed never', () => {
  it('stays away: it runs on, with its connections', async () => {
    await configure(good)
    const before = await provider()
    const answer = await house.ask(house.admin, 'DELETE', '/paper/runtime-config')
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('full')
    await runs()
    expect(await provider()).toEqual(before)
    expect(await house.bots.list(house.db)).toMatchObject([{ name: 'paper', settings: good }])
  })
})
