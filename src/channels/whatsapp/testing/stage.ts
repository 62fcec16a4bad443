import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { realDependencies } from '../../testing/channel-contract.ts'
import { PlainMemory } from '../../testing/plain-memory.ts'
import {
  canReceiveWebhooks,
  type BotSettings,
  type InboundBatch,
  type WebhookRequest,
} from '../../channel.ts'
import { whatsapp } from '../whatsapp.ts'
import { startWhatsAppSimulator } from './simulator.ts'

/** A bot on the simulator with its memory and a clock that a test sets. */
export async function startStage(over: BotSettings = {}) {
  const clock = { now: 1_800_000_000_000 }
  const simulator = await startWhatsAppSimulator({ now: () => clock.now })
  const bot = simulator.platform.addBot('Portico')
  const ada = simulator.platform.addPerson('Ada')
  const room = bot.directRoom(ada)
  const memory = new PlainMemory()
  const settings = { ...bot.settings, ...over }
  const channel = whatsapp.create(
    { id: 'bot_1', settings, memory },
    { ...realDependencies, now: () => clock.now },
  )
  if (!canReceiveWebhooks(channel)) throw new Error('it receives no webhooks')

  /** Hands a body to the channel, signed unless other headers are given. */
  const judge = (body: string, over: Partial<WebhookRequest> = {}) =>
    channel.judgeWebhook({
      method: 'POST',
      headers: { 'x-hub-signature-256': bot.sign(body) },
      query: {},
      body: Buffer.from(body),
      ...over,
    })

  /** Takes a signed payload and commits it. */
  const accept = async (payload: unknown): Promise<InboundBatch> => {
    const verdict = await judge(JSON.stringify(payload))
    if (verdict.kind !== 'accept') throw new Error(`it was ${verdict.kind}`)
    memory.write(verdict.batch.memory ?? {})
    return verdict.batch
  }

  return { clock, simulator, bot, ada, room, memory, channel, judge, accept }
}

export function sample(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'payloads', `${name}.json`), 'utf8'))
}
