import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { discord, askAsBot } from '../platform-linking/testing/linking-world.ts'
import type { Person } from '../../testing/person.ts'
import { createWorld, type World } from '../../testing/world.ts'

let world: World
let ada: Person
let replicas: string[]
beforeAll(async () => {
  world = await createWorld()
  ada = await world.person('Ada')
  replicas = [world.url, (await world.replica()).url]
}, 120_000)
afterAll(() => world.stop())

const makeKey = () => ada.post<{ id: string; key: string }>('/api/bot-keys', { name: 'Helper' })
const statuses = (key: string) =>
  Promise.all(
    replicas.map(async (url) => (await askAsBot(url, 'POST', '/resolve', discord('1'), key)).status),
  )

describe('a revoked bot key', () => {
  it('is dead on every replica when revoking it has answered, and its links with it', async () => {
    const { id, key } = await makeKey()
    await makeKey()
    expect(await statuses(key)).toEqual([200, 200])
    const made = await askAsBot(world.url, 'POST', '/tokens', discord('1'), key)
    const { token } = (await made.json()) as { token: string }
    expect((await ada.ask('DELETE', `/api/bot-keys/${id}`)).status).toBe(204)
    expect(await statuses(key)).toEqual([401, 401])
    const info = await ada.ask('GET', `/api/platform-linking/tokens/${token}/info`)
    const confirmed = await ada.ask('POST', `/api/platform-linking/tokens/${token}/confirm`)
    expect([info.status, confirmed.status]).toEqual([404, 404])
    expect((await ada.ask('DELETE', `/api/bot-keys/${id}`)).status).toBe(204)
  })

  it('is not revived by a new secret or another name', async () => {
    const { id, key } = await makeKey()
    await ada.ask('DELETE', `/api/bot-keys/${id}`)
    expect((await ada.ask('POST', `/api/bot-keys/${id}/rotate`, {})).status).toBe(404)
    expect((await ada.ask('PATCH', `/api/bot-keys/${id}`, { name: 'Again' })).status).toBe(404)
    expect(await statuses(key)).toEqual([401, 401])
  })

  it('never answers a call that began after it was revoked, however many are under way', async () => {
    const { id, key } = await makeKey()
    let isRevoked = false
    const late: number[] = []
    const caller = async (url: string) => {
      for (let call = 0; call < 20; call++) {
        const beganLate = isRevoked
        const { status } = await askAsBot(url, 'POST', '/resolve', discord('1'), key)
        if (beganLate) late.push(status)
      }
    }
    const revoking = ada.ask('DELETE', `/api/bot-keys/${id}`).then(() => (isRevoked = true))
    await Promise.all([...replicas, ...replicas].map(caller))
    await revoking
    late.push(...(await statuses(key)))
    expect(new Set(late)).toEqual(new Set([401]))
  })
})
