import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../storage/database.ts'
import type { Signals } from '../signals.ts'

export interface SignalsWorld {
  db: Db
  /** Two replicas. */
  here: Signals
  there: Signals
  /** Breaks the connection of one replica, as a network would. */
  disconnect(signals: Signals): Promise<void>
  stop(): Promise<void>
}

/** What every implementation of Signals must do. */
export function describeSignals(name: string, createWorld: () => Promise<SignalsWorld>): void {
  describe(`signals: ${name}`, () => {
    let world: SignalsWorld
    beforeAll(async () => {
      world = await createWorld()
    })
    afterAll(() => world.stop())

    const next = (signals: Signals) =>
      new Promise<string>((resolve) => {
        const end = signals.on('bots', (payload) => {
          end()
          resolve(payload)
        })
      })

    it('reach every replica, the sender included', async () => {
      const heard = Promise.all([next(world.here), next(world.there)])
      await world.here.send(world.db, 'bots', 'bot_1 changed')
      expect(await heard).toEqual(['bot_1 changed', 'bot_1 changed'])
    })

    it('keep their topics apart', async () => {
      const heard: string[] = []
      const end = world.there.on('turns', (payload) => heard.push(payload))
      const last = next(world.there)
      await world.here.send(world.db, 'bots', 'x')
      await last
      end()
      expect(heard).toEqual([])
    })

    it('arrive only when their transaction commits', async () => {
      const first = next(world.there)
      await world.db
        .transaction()
        .execute(async (tx) => {
          await world.here.send(tx, 'bots', 'taken back')
          throw new Error('rolled back')
        })
        .catch(() => undefined)
      await world.db.transaction().execute((tx) => world.here.send(tx, 'bots', 'meant'))
      expect(await first).toBe('meant')
    })

    it('refuse a payload that PostgreSQL would not carry', async () => {
      await expect(world.here.send(world.db, 'bots', 'ä'.repeat(3_951))).rejects.toThrow(RangeError)
    })

    it('go on when a listener throws', async () => {
      const end = world.there.on('bots', () => {
        throw new Error('a bad listener')
      })
      const heard = next(world.there)
      await world.here.send(world.db, 'bots', 'still here')
      expect(await heard).toBe('still here')
      end()
    })

    it('come back by themselves after the connection broke, and say so', async () => {
      expect(world.there.connected).toBe(true)
      const back = new Promise<void>((resolve) => {
        const end = world.there.onReconnected(() => {
          end()
          resolve()
        })
      })
      await world.disconnect(world.there)
      await back
      expect(world.there.connected).toBe(true)
      const heard = next(world.there)
      await world.here.send(world.db, 'bots', 'after')
      expect(await heard).toBe('after')
    })
  })
}
