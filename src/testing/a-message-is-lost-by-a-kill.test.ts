import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, it } from 'vitest'
import { createTestDatabase } from './database.ts'
import { outcomesIn, tryToLoseMessages } from './kill-trial.ts'

/** One channel of each kind of receiving; `npm run bench -- kills --channel NAME` is the long form. */
const everyKind = [
  { channel: 'telegram', kind: 'a poll' },
  { channel: 'discord', kind: 'a resumable socket' },
  { channel: 'slack', kind: 'an acknowledged socket' },
  { channel: 'whatsapp', kind: 'a webhook' },
]
/** On the embedded database two of them, so that whoever runs the tests at home does not wait for the others. */
const channels = 'url' in inject('postgres') ? everyKind : everyKind.slice(0, 2)
/** It can neither repeat a send under a key nor edit what was sent: what was on its way may come twice. */
const mayAnswerTwice = new Set(['whatsapp'])
const seed = Math.floor(Math.random() * 2 ** 32)

it.each(channels)(
  `does not happen on $kind ($channel, seed ${seed})`,
  { timeout: 120_000 },
  async ({ channel }) => {
    const database = await createTestDatabase()
    const directory = await mkdtemp(join(tmpdir(), 'portico-kills-'))
    const people = 4
    try {
      const { account, stop } = await tryToLoseMessages({
        channel,
        people,
        seed,
        pauseMs: 400,
        agent: { delay_ms: 100, word_ms: 50 },
        plan: { kills: 2, inStart: 0.2, startMs: 800, workMs: 600 },
        patienceMs: 40_000,
        directory,
        commandFor: (config) => ({
          args: [join(import.meta.dirname, 'killable.ts'), config, JSON.stringify(database.address), 'alone'],
          variables: { PORTICO_DATA_DIR: directory },
          logFile: join(directory, 'log'),
        }),
      })
      try {
        expect(account).toMatchObject({ lost: 0, cutOff: 0, outOfOrder: 0, strange: [] })
        if (!mayAnswerTwice.has(channel)) expect(account.secondAnswers).toBe(0)
        // Everybody's connect code, and what they wrote.
        expect(await outcomesIn(database.db)).toEqual({ handled: people + account.written })
      } finally {
        await stop()
      }
    } finally {
      await database.drop()
      await rm(directory, { recursive: true, force: true })
    }
  },
)
