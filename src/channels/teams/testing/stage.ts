import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canReceiveWebhooks, type InboundBatch, type WebhookRequest } from '../../channel.ts'
import { realDependencies } from '../../testing/channel-contract.ts'
import { PlainMemory } from '../../testing/plain-memory.ts'
import { teams } from '../teams.ts'
import type { Json } from './activity.ts'
import type { TokenOptions } from './keys.ts'
import { startTeamsSimulator } from './simulator.ts'

/** A bot on the simulator with its memory and a clock that a test sets. */
export async function startStage() {
  const clock = { now: Date.parse('2027-01-15T08:00:00Z') }
  const simulator = await startTeamsSimulator({ now: () => clock.now })
  const bot = simulator.platform.addBot('Portico')
  const ada = simulator.platform.addPerson('Ada')
  const room = bot.directRoom(ada)
  const memory = new PlainMemory()
  const dependencies = { ...realDependencies, now: () => clock.now }
  const create = () => {
    const channel = teams.create({ id: 'bot_1', settings: bot.settings, memory }, dependencies)
    if (!canReceiveWebhooks(channel)) throw new Error('it receives no webhooks')
    return channel
  }
  const channel = create()

  const bearer = async (options: TokenOptions = {}) =>
    `Bearer ${await simulator.keys.sign(bot.settings.app_id, bot.serviceUrl, options)}`

  /** Hands a body to the channel, with a good token unless other headers are given. */
  const judge = async (body: string, over: Partial<WebhookRequest> = {}) =>
    channel.judgeWebhook({
      method: 'POST',
      headers: over.headers ?? { authorization: await bearer() },
      query: {},
      body: Buffer.from(body),
      ...over,
    })

  /** A documented payload as this bot would get it. */
  const payload = (name: string): Json => ({ ...sample(name), serviceUrl: bot.serviceUrl })

  /** Takes an activity and commits it. */
  const accept = async (activity: Json): Promise<InboundBatch> => {
    const verdict = await judge(JSON.stringify(activity))
    if (verdict.kind !== 'accept') throw new Error(`it was ${verdict.kind}`)
    memory.write(verdict.batch.memory ?? {})
    return verdict.batch
  }

  return { clock, simulator, bot, ada, room, memory, channel, create, bearer, judge, payload, accept }
}

export function sample(name: string): Json {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'payloads', `${name}.json`), 'utf8')) as Json
}
