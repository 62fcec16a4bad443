import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Leases } from '../leases.ts'

export interface LeasesWorld {
  /** A replica of its own. `frozen` holds its renewals back, as a long pause of the process would. */
  replica(options?: { ttlMs?: number; frozen?: boolean }): Leases
  /** Lets a lease run out now, by the clock that counts. */
  expire(name: string): Promise<void>
  /** When a lease runs out, in milliseconds since the epoch. */
  expiry(name: string): Promise<number>
  /** Resolves with the name of the next lease that is told to be free. */
  nextReleased(): Promise<string>
  stop(): Promise<void>
}

/** What every implementation of Leases must do. */
export function describeLeases(name: string, createWorld: () => Promise<LeasesWorld>): void {
  describe(`leases: ${name}`, () => {
    let world: LeasesWorld
    let leases = 0
    beforeAll(async () => {
      world = await createWorld()
    })
    afterAll(() => world.stop())

    const newName = () => `lease-${++leases}`
    const acquire = async (replica: Leases, lease: string) => {
      const acquired = await replica.acquire(lease)
      if (acquired === undefined) throw new Error(`${lease} is not free`)
      return acquired
    }

    it('have one owner, also when many ask at once', async () => {
      const lease = newName()
      const replicas = Array.from({ length: 6 }, () => world.replica())
      const acquired = await Promise.all(replicas.map((replica) => replica.acquire(lease)))
      expect(acquired.filter((one) => one !== undefined)).toHaveLength(1)
    })

    it('are not taken twice by the same replica', async () => {
      const replica = world.replica()
      const lease = newName()
      await acquire(replica, lease)
      expect(await replica.acquire(lease)).toBeUndefined()
    })

    it('pass on at once when they are released, under a larger fence, and say so', async () => {
      const [here, there] = [world.replica(), world.replica()]
      const lease = newName()
      const first = await acquire(here, lease)
      const released = world.nextReleased()
      await first.release()
      expect(await released).toBe(lease)
      const second = await acquire(there, lease)
      expect(second.fence).toBeGreaterThan(first.fence)
      await first.release()
      expect(await here.acquire(lease)).toBeUndefined()
    })

    it('pass on when their owner died', async () => {
      const [gone, other] = [world.replica({ frozen: true }), world.replica()]
      const lease = newName()
      const first = await acquire(gone, lease)
      expect(await other.acquire(lease)).toBeUndefined()
      await world.expire(lease)
      expect((await acquire(other, lease)).fence).toBeGreaterThan(first.fence)
    })

    it('are renewed for as long as the owner lives', async () => {
      const ttlMs = 900
      const lease = newName()
      const { lost } = await acquire(world.replica({ ttlMs }), lease)
      const firstExpiry = await world.expiry(lease)
      await expect.poll(() => world.expiry(lease), { timeout: 10_000 }).toBeGreaterThan(firstExpiry + ttlMs)
      expect(lost.aborted).toBe(false)
    })

    it('are given up by an owner that was overtaken', async () => {
      const [slow, quick] = [world.replica({ ttlMs: 300 }), world.replica()]
      const lease = newName()
      const { lost } = await acquire(slow, lease)
      const aborted = new Promise((resolve) => lost.addEventListener('abort', resolve))
      await expect
        .poll(async () => {
          await world.expire(lease)
          return quick.acquire(lease)
        })
        .toBeDefined()
      await aborted
      expect(await slow.acquire(lease)).toBeUndefined()
    })

    it('are all released when the replica stops', async () => {
      const [leaving, other] = [world.replica(), world.replica()]
      const names = [newName(), newName()]
      for (const lease of names) await acquire(leaving, lease)
      await leaving.stop()
      for (const lease of names) await acquire(other, lease)
      expect(await leaving.acquire(newName())).toBeUndefined()
    })
  })
}
