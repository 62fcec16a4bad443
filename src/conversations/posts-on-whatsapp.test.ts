import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Static } from 'typebox'
import { startWhatsAppSimulator, type WhatsAppSimulator } from '../channels/whatsapp/testing/simulator.ts'
import type { DeliveryView, PostedView } from '../http/messages/schemas.ts'
import { answersIn, createDoors, until, type Door, type DoorsWorld, type Member } from '../testing/doors.ts'

type Delivery = Static<typeof DeliveryView>

let simulator: WhatsAppSimulator
let world: DoorsWorld
let door: Door
let member: Member
beforeAll(async () => {
  simulator = await startWhatsAppSimulator()
  world = await createDoors(['whatsapp'], { platforms: [simulator.platform] })
  door = world.doors.get('whatsapp')!
  member = await world.member(door, 'Ada')
}, 60_000)
afterAll(() => world.stop())

const roomOf = () => simulator.numbers[0]!.directRoom(member.person)
const post = async (text: string) =>
  (await member.user.post<Static<typeof PostedView>>('/api/users/me/messages', { text })).delivery!.id
const read = (id: string) => member.user.get<Delivery>(`/api/deliveries/${id}`)

describe('a message on WhatsApp', () => {
  it('is delivered and read, as WhatsApp says', async () => {
    const id = await post('Your parcel is here.')
    await expect.poll(async () => (await read(id)).state).toBe('delivered')
    const [part] = (await read(id)).parts
    expect(part).toMatchObject({ state: 'delivered', read_at: null })
    expect(part?.delivered_at).not.toBeNull()
    roomOf().look()
    await expect.poll(async () => (await read(id)).parts[0]?.read_at).not.toBeNull()
  })

  it('waits outside the 24 hours until the person writes, and says so', async () => {
    door.first.bot.faults.quota?.()
    const id = await post('Still there?')
    await expect.poll(async () => (await read(id)).why).not.toBeNull()
    expect(await read(id)).toMatchObject({
      state: 'queued',
      why: { code: 'awaits_person', platform_code: '131047' },
    })
    member.write('I am here')
    await until(() => answersIn(member.room).includes('You said: I am here'))
    await expect.poll(async () => (await read(id)).state).toBe('delivered')
    expect(answersIn(member.room).filter((text) => text === 'Still there?')).toHaveLength(1)
  })

  it('has failed when WhatsApp took it and says later that it will not arrive', async () => {
    const fault = {
      code: 131026,
      title: 'Message undeliverable',
      details: 'The recipient cannot be reached.',
    }
    simulator.numbers[0]!.laterFaults.push(fault)
    const id = await post('Are you there?')
    await expect.poll(async () => (await read(id)).state).toBe('failed')
    expect((await read(id)).why).toEqual({
      code: 'not_delivered',
      platform_code: '131026',
      reason: 'WhatsApp: The recipient cannot be reached.',
    })
  })
})
