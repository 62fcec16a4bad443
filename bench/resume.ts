import type { DatabaseAddress, Db } from '../src/storage/database.ts'
import { BotService, eventsIn, link, type BotAnswer } from '../src/testing/bot-service.ts'
import { Person } from '../src/testing/person.ts'
import { onEachDatabase } from './databases.ts'
import { startGateway } from './gateway.ts'
import type { Row } from './run.ts'

const trials = Number(process.env['BENCH_TRIALS'] ?? 100)
const atOnce = 10
const cutsEach = 20
const words = 200
const wordMs = 5

/**
 * Answers that are cut at random bytes while they grow, each time resumed by Last-Event-ID on the other of two
 * replicas: the joined text must be the whole one, and no event may come twice or be missing.
 */
export function bench(): Promise<Row[]> {
  return onEachDatabase(async ({ db }, address) => [await measure(db, address)])
}

interface Trial {
  isWhole: boolean
  cuts: number
  repeated: number
  /** How often a replica that was too slow lost the turn to the other, which began it anew. */
  restarts: number
}

async function measure(db: Db, address: DatabaseAddress): Promise<Row> {
  const yaml = `agents: { default: { kind: echo, word_ms: ${wordMs} } }`
  const gateways = [await startGateway(address, yaml), await startGateway(address, yaml)] as const
  const person = await Person.signUp(gateways[0].url, 'Ada')
  const bot = await BotService.create(gateways[0].url, person)
  await link({ database: { db } }, person, { channel: 'discord', externalId: '7', keyId: bot.keyId })
  const bots = [bot, bot.at(gateways[1].url)] as const
  const done: Trial[] = []
  const next = async () => {
    while (done.length + running < trials) {
      running++
      const trial = await cutAndResume(bots, person.id)
      running--
      done.push(trial)
    }
  }
  let running = 0
  await Promise.all(Array.from({ length: atOnce }, next))
  await Promise.all(gateways.map((gateway) => gateway.stop()))
  const sum = (of: (trial: Trial) => number) => done.reduce((total, trial) => total + of(trial), 0)
  return {
    answers: done.length,
    'cuts each': Math.round((sum(({ cuts }) => cuts) / done.length) * 10) / 10,
    identical: done.filter(({ isWhole }) => isWhole).length,
    'events repeated': sum(({ repeated }) => repeated),
    'begun anew': sum(({ restarts }) => restarts),
  }
}

async function cutAndResume(bots: readonly [BotService, BotService], userId: string): Promise<Trial> {
  const text = Array.from({ length: words }, () => randomWord()).join(' ')
  const first = await bots[0].says(text, { user_id: userId })
  const trial: Trial = { isWhole: false, cuts: 0, repeated: 0, restarts: 0 }
  let answer: BotAnswer = first
  let after = 0
  let joined = ''
  for (;;) {
    const room = trial.cuts < cutsEach ? Math.ceil((Math.random() * words * 80) / cutsEach) : Infinity
    const read = await readBytes(answer, room)
    for (const { id, event } of eventsIn(read)) {
      if (id === null) continue
      if (id <= after) trial.repeated++
      after = id
      if (event.type === 'data-restart') {
        joined = ''
        trial.restarts++
      }
      joined += event.type === 'text-delta' ? (event.delta ?? '') : ''
    }
    if (read.includes('data: [DONE]')) break
    trial.cuts++
    answer = await (trial.cuts % 2 === 0 ? bots[0] : bots[1]).resumes(first.turnId, after)
  }
  return { ...trial, isWhole: joined === text }
}

/** Reads so many bytes and drops the connection, in the middle of a letter if need be. */
async function readBytes({ body }: BotAnswer, room: number): Promise<string> {
  const pieces: Uint8Array[] = []
  let left = room
  for await (const piece of body as AsyncIterable<Uint8Array>) {
    pieces.push(piece.subarray(0, left))
    left -= piece.length
    if (left <= 0) break
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** Letters of one to four bytes. */
function randomWord(): string {
  const letters = 'a b c x y z ä ö ü ß € 漢 字 🙂 🚀'.split(' ')
  const length = 1 + Math.floor(Math.random() * 8)
  return Array.from({ length }, () => letters[Math.floor(Math.random() * letters.length)]).join('')
}
