import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { streamEnd, StreamFencedError, type StreamEvent, type Streams } from '../streams.ts'

export interface StreamsWorld {
  /** Two replicas. */
  here: Streams
  there: Streams
  /** Breaks the connection on which a replica hears of others' events. */
  disconnect(streams: Streams): Promise<void>
  stop(): Promise<void>
}

/** What every implementation of Streams must do. */
export function describeStreams(name: string, createWorld: () => Promise<StreamsWorld>): void {
  describe(`streams: ${name}`, () => {
    let world: StreamsWorld
    let streams = 0
    beforeAll(async () => {
      world = await createWorld()
    })
    afterAll(() => world.stop())

    const newStream = () => `turn:trn_${++streams}`
    const never = new AbortController().signal

    it('give events back in order, to readers on any replica, from any position', async () => {
      const stream = newStream()
      const writer = await world.here.open(stream)
      expect(writer.after).toBe(0)
      for (let n = 1; n <= 5; n++) writer.append({ n })
      writer.append(streamEnd)
      await writer.flush()
      const all = [1, 2, 3, 4, 5].map((n) => ({ seq: n, data: `{"n":${n}}` }))
      const end = { seq: 6, data: JSON.stringify(streamEnd) }
      expect(await toArray(world.here.read(stream, 0, never))).toEqual([...all, end])
      expect(await toArray(world.there.read(stream, 3, never))).toEqual([...all.slice(3), end])
      expect(await toArray(world.there.read(stream, 6, never))).toEqual([])
    })

    it('reach readers that wait, on this replica and on another, in step and one by one', async () => {
      const stream = newStream()
      const readers = [world.here, world.here, world.there, world.there].map((streams) =>
        streams.read(stream, 0, never)[Symbol.asyncIterator](),
      )
      const writer = await world.here.open(stream)
      for (const text of ['a', 'b', 'c']) {
        const heard = Promise.all(readers.map((reader) => reader.next()))
        writer.append(text)
        expect((await heard).map(({ value }) => (value as StreamEvent).data)).toEqual(
          Array(4).fill(`"${text}"`),
        )
      }
      for (const reader of readers) await reader.return?.()
    })

    it('lose and repeat nothing between the log and what is live', async () => {
      const stream = newStream()
      const writer = await world.here.open(stream)
      const total = 3_000
      const readers: Promise<StreamEvent[]>[] = []
      for (let n = 1; n <= total; n++) {
        writer.append(n)
        if (n % 300 === 0) {
          const replica = n % 600 === 0 ? world.here : world.there
          readers.push(toArray(replica.read(stream, 0, never)))
          await writer.flush()
        }
      }
      writer.append(streamEnd)
      await writer.flush()
      const expected = Array.from({ length: total + 1 }, (_, index) => index + 1)
      for (const events of await Promise.all(readers)) expect(events.map(({ seq }) => seq)).toEqual(expected)
    })

    it('let a reader be slow without losing anything', async () => {
      const stream = newStream()
      const writer = await world.here.open(stream)
      const reader = world.here.read(stream, 0, never)[Symbol.asyncIterator]()
      writer.append(1)
      const seen = [(await reader.next()).value as StreamEvent]
      for (let n = 2; n <= 2_000; n++) writer.append(n)
      writer.append(streamEnd)
      await writer.flush()
      for (let next = await reader.next(); next.done !== true; next = await reader.next())
        seen.push(next.value)
      expect(seen.map(({ seq }) => seq)).toEqual(Array.from({ length: 2_001 }, (_, index) => index + 1))
    })

    it('read from the beginning for a position that was never reached', async () => {
      const stream = newStream()
      const writer = await world.here.open(stream)
      writer.append(1)
      writer.append(streamEnd)
      await writer.flush()
      const events = await toArray(world.there.read(stream, 999, never))
      expect(events.map(({ seq }) => seq)).toEqual([1, 2])
    })

    it('end a reader when its signal aborts', async () => {
      const stop = new AbortController()
      const reading = toArray(world.here.read(newStream(), 0, stop.signal))
      stop.abort()
      expect(await reading).toEqual([])
    })

    it('keep what a producer wrote that died, for the next one to go on', async () => {
      const stream = newStream()
      const first = await world.here.open(stream)
      first.append('a')
      first.append('b')
      await first.flush()
      const second = await world.there.open(stream)
      expect(second.after).toBe(2)
      second.append('c')
      second.append(streamEnd)
      await second.flush()
      const events = await toArray(world.here.read(stream, 0, never))
      expect(events.map(({ data }) => data)).toEqual(['"a"', '"b"', '"c"', JSON.stringify(streamEnd)])
    })

    describe('refuse a producer that was replaced', () => {
      it('when the new one has written first', async () => {
        const stream = newStream()
        const stale = await world.here.open(stream)
        const fresh = await world.there.open(stream)
        fresh.append('fresh')
        await fresh.flush()
        stale.append('stale')
        await expect(stale.flush()).rejects.toThrow(StreamFencedError)
        await expectOnly(stream, fresh.after, ['"fresh"'])
      })

      it('when the new one has not written yet', async () => {
        const stream = newStream()
        const stale = await world.here.open(stream)
        const fresh = await world.there.open(stream)
        stale.append('stale')
        await expect(stale.flush()).rejects.toThrow(StreamFencedError)
        stale.append('again')
        await expect(stale.flush()).rejects.toThrow(StreamFencedError)
        fresh.append('fresh')
        await fresh.flush()
        await expectOnly(stream, fresh.after, ['"fresh"'])
      })

      it('whatever happens at the same time', async () => {
        for (let round = 0; round < 20; round++) {
          const stream = newStream()
          const stale = await world.here.open(stream)
          stale.append('stale')
          const [fresh, refused] = await Promise.all([
            world.there.open(stream),
            stale.flush().then(
              () => false,
              () => true,
            ),
          ])
          fresh.append('fresh')
          await fresh.flush()
          expect(fresh.after).toBe(refused ? 0 : 1)
          await expectOnly(stream, 0, refused ? ['"fresh"'] : ['"stale"', '"fresh"'])
        }
      })

      it('and no other', async () => {
        const [one, two] = [newStream(), newStream()]
        const stale = await world.here.open(one)
        const other = await world.here.open(two)
        await world.there.open(one)
        stale.append(1)
        other.append(1)
        await expect(stale.flush()).rejects.toThrow(StreamFencedError)
        await other.flush()
        await expectOnly(two, 0, ['1'])
      })

      it('also when many open one stream at once: one is left', async () => {
        const stream = newStream()
        const writers = await Promise.all(
          [world.here, world.here, world.there, world.there].map((streams) => streams.open(stream)),
        )
        for (const writer of writers) writer.append('mine')
        const results = await Promise.allSettled(writers.map((writer) => writer.flush()))
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
        await expectOnly(stream, 0, ['"mine"'])
      })
    })

    it('go on after the connection between replicas broke', async () => {
      const stream = newStream()
      const writer = await world.here.open(stream)
      const reader = world.there.read(stream, 0, never)[Symbol.asyncIterator]()
      writer.append(1)
      await reader.next()
      await world.disconnect(world.there)
      writer.append(2)
      await writer.flush()
      expect((await reader.next()).value).toEqual({ seq: 2, data: '2' })
      await reader.return?.()
    })

    /** Appends the end with a new producer and checks everything after a position. */
    async function expectOnly(stream: string, after: number, data: string[]) {
      const closer = await world.here.open(stream)
      closer.append(streamEnd)
      await closer.flush()
      const events = await toArray(world.there.read(stream, after, never))
      expect(events.map((event) => event.data)).toEqual([...data, JSON.stringify(streamEnd)])
    }
  })
}

async function toArray<T>(items: AsyncIterable<T>): Promise<T[]> {
  const array: T[] = []
  for await (const item of items) array.push(item)
  return array
}
