import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTelegramSimulator, type TelegramSimulator } from '../src/channels/telegram/testing/simulator.ts'
import type { DatabaseAddress } from '../src/storage/database.ts'
import { GatewayProcess } from '../src/testing/gateway-process.ts'
import { onEachDatabase } from './databases.ts'
import type { Row } from './run.ts'

const rounds = 10

/**
 * A9: two replicas on one database. The one that holds the Telegram bot is killed with SIGKILL, again and again: how
 * long until the other one receives, and does Telegram ever see two at once?
 */
export function bench(): Promise<Row[]> {
  return onEachDatabase(async (_, address) => {
    const directory = await mkdtemp(join(tmpdir(), 'portico-takeover-'))
    const telegram = await startTelegramSimulator()
    const { token, account } = telegram.addBot()
    const config = join(directory, 'portico.yaml')
    const channel = `{ bot_token: "${token}", bot_username: ${account.username}, api_root: "${telegram.url}" }`
    await writeFile(config, `channels: { playground: { enabled: false }, telegram: ${channel} }`)
    const replica = () =>
      GatewayProcess.prepare({
        args: ['src/main.ts', 'serve', '--config', config, '--data', directory],
        variables: { DATABASE_URL: urlOf(address) },
        logFile: join(directory, 'log'),
      })
    let [holder, other] = [await replica(), await replica()]
    holder.start()
    await untilReceiving(telegram, new Set())
    const times: number[] = []
    for (let round = 0; round < rounds; round++) {
      other.start()
      await other.untilReady()
      const before = new Set(telegram.calls)
      await holder.kill()
      const killedAt = performance.now()
      await untilReceiving(telegram, before)
      times.push(performance.now() - killedAt)
      ;[holder, other] = [other, holder]
    }
    await holder.stop()
    await telegram.stop()
    await rm(directory, { recursive: true, force: true })
    const conflicts = telegram.calls.filter(({ answer }) =>
      JSON.stringify(answer).includes('"error_code":409'),
    )
    const [fastest = NaN, ...rest] = times.toSorted((a, b) => a - b).map((ms) => Math.round(ms))
    return [
      {
        kills: rounds,
        'fastest ms': fastest,
        'slowest ms': rest.at(-1) ?? fastest,
        conflicts: conflicts.length,
      },
    ]
  })
}

/** A bot that connects leaves its webhook first, then polls. */
async function untilReceiving(telegram: TelegramSimulator, before: ReadonlySet<unknown>): Promise<void> {
  await telegram.untilCall((call) => call.method === 'deleteWebhook' && !before.has(call))
}

function urlOf(address: DatabaseAddress): string {
  if ('url' in address) return address.url
  const { socketDirectory, port, user, database } = address
  return `postgres://${user}@localhost/${database}?host=${encodeURIComponent(socketDirectory)}&port=${port}`
}
