import { afterAll, beforeAll, expect, it } from 'vitest'
import { serveTown } from './town-server.ts'
import { Town } from './town.ts'

let town: Town
let page: Awaited<ReturnType<typeof serveTown>>
beforeAll(async () => {
  town = await Town.start(['telegram', 'github'], 0, 'http://127.0.0.1:1')
  page = await serveTown(town, 0)
})
afterAll(async () => {
  await page.close()
  await town.stop()
})

interface View {
  channel: string
  people: { id: string; name: string }[]
  faults: { name: string; about: string }[]
  rooms: { id: string; title: string; kind: string; messages: { text: string; from: object }[] }[]
}
const view = async (channel = 'telegram') => {
  const all = (await (await fetch(`${page.url}/view`)).json()) as View[]
  return all.find((platform) => platform.channel === channel)!
}
const perform = (deed: object, headers: Record<string, string> = {}) =>
  fetch(`${page.url}/deeds`, { method: 'POST', headers, body: JSON.stringify(deed) })

it('shows a page, the platforms, their people and troubles', async () => {
  const shown = await fetch(page.url)
  expect([shown.status, await shown.text()]).toEqual([200, expect.stringContaining('<title>')])
  const { people, rooms, faults } = await view()
  expect(people.map(({ name }) => name)).toEqual(['Ada', 'Bob'])
  expect(rooms).toHaveLength(2)
  expect(faults.map(({ name }) => name)).toContain('rate_limit')
})

it('lets anybody write, and adds people and groups', async () => {
  const { people, rooms } = await view()
  const [ada] = people
  const written = { do: 'write', channel: 'telegram', room: rooms[0]!.id, person: ada!.id, text: 'hello' }
  expect((await perform(written)).status).toBe(204)
  expect((await view()).rooms[0]!.messages).toMatchObject([{ text: 'hello', from: { isBot: false } }])
  await perform({ do: 'add_person', channel: 'telegram', name: 'Grace' })
  await perform({ do: 'add_group', channel: 'telegram', title: 'Club' })
  const after = await view()
  expect(after.people.map(({ name }) => name)).toEqual(['Ada', 'Bob', 'Grace'])
  expect(after.rooms.at(-1)).toMatchObject({ title: 'Club', kind: 'group' })
})

it('says what is not there, and refuses other origins and other deeds', async () => {
  expect((await perform({ do: 'break', channel: 'telegram', fault: 'earthquake' })).status).toBe(404)
  expect((await perform({ do: 'break', channel: 'none', fault: 'slow' })).status).toBe(404)
  expect((await perform({ do: 'dance' })).status).toBe(422)
  const deed = { do: 'break', channel: 'telegram', fault: 'slow' }
  expect((await perform(deed, { origin: 'https://evil.example' })).status).toBe(403)
  expect((await fetch(`${page.url}/none`)).status).toBe(404)
})

it('gives settings with which Portico finds the platforms', () => {
  const settings = town.settings()
  expect(Object.keys(settings)).toEqual(['telegram', 'github'])
  expect(settings['telegram']).toMatchObject({ api_root: expect.stringContaining('127.0.0.1') as string })
})
