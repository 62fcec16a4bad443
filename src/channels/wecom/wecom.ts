import type { ChannelDefinition } from '../channel.ts'
import { createDownloads } from './download.ts'
import { printWeCom } from './format.ts'
import type { Line } from './receive.ts'
import { createSender } from './send.ts'
import { openSession } from './session.ts'
import { readSettings } from './settings.ts'
import { createUploads } from './upload.ts'

/** Two speech balloons, drawn for Portico. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24"><rect width="24" height="24" rx="6" fill="#2b7cf6"/><path d="M10 5c3.600 0 6.500 2.300 6.500 5.200S13.600 15.400 10 15.400c-.7 0-1.400-.1-2-.3L5.200 16.500l.6-2.500C4.400 13 3.500 11.700 3.500 10.200 3.500 7.300 6.400 5 10 5z" fill="#fff"/><circle cx="17.500" cy="15.500" r="3.500" fill="#ffd24d"/></svg>`

/** AI bots of WeCom by their long connection: https://developer.work.weixin.qq.com/document/path/101463 */
export const wecom: ChannelDefinition = {
  name: 'wecom',
  displayName: 'WeCom',
  logo,
  authMode: 'binding_code',
  reach: 'dials_out',
  credentialFields: [
    { name: 'bot_id', label: 'Bot ID', type: 'text', required: true },
    { name: 'bot_secret', label: 'Bot secret', type: 'password', required: true },
  ],
  abilities: {
    maxTextLength: 20_480,
    textUnit: 'utf8_bytes',
    streaming: 'native',
    idempotentSend: false,
    // 30 messages per minute and chat, and each update of a stream counts.
    pace: {
      privateChat: { burst: 5, perSecond: 0.5 },
      groupChat: { burst: 5, perSecond: 0.5 },
      bot: { burst: 20, perSecond: 20 },
    },
    editIntervalMs: { privateChat: 2000, groupChat: 2000 },
    files: { maxInboundBytes: 20 * 1024 * 1024, maxOutboundBytes: 20 * 1024 * 1024 },
    buttons: { max: 6, maxValueBytes: 1024 },
  },
  print: printWeCom,

  /** There is no other way to check the secret: a bot that is connected elsewhere loses its connection. */
  async validate(settings, dependencies) {
    const read = readSettings(settings)
    const over = new AbortController()
    const nobody = { received: () => undefined, alive: () => undefined }
    try {
      await openSession(read, dependencies, nobody, over.signal)
    } finally {
      over.abort()
    }
    return { id: read.botId, name: read.botId }
  },

  create({ settings, memory }, dependencies) {
    const read = readSettings(settings)
    const line = createLazyLine(async () => {
      const { createLine } = await import('./receive.ts')
      return createLine(read, memory, dependencies)
    })
    return {
      receive: line.receive,
      ...createSender(line, memory, () => dependencies.now()),
      ...createUploads(line),
      ...createDownloads(read, dependencies),
    }
  },
}

/** Loaded for the first bot: checking frames takes a compiler of schemas. */
function createLazyLine(load: () => Promise<Line>): Line {
  let loaded: Promise<Line> | undefined
  const line = () => (loaded ??= load())
  return {
    receive: async (inbox, signal) => (await line()).receive(inbox, signal),
    use: async (work) => (await line()).use(work),
  }
}
