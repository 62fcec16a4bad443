import { PlatformError } from '../../lib/errors.ts'
import type { BotSettings, Channel, ChannelDefinition } from '../channel.ts'

/**
 * A channel without a platform: it takes any token that begins with `good`, refuses others as a platform would,
 * and receives nothing. For tests of what stands above channels.
 */
export function paperChannel(
  name: string,
  displayName: string,
  over: Partial<ChannelDefinition> = {},
): ChannelDefinition {
  return {
    name,
    displayName,
    logo: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"/>',
    authMode: 'binding_code',
    reach: 'dials_out',
    credentialFields: [
      { name: 'app_token', label: 'App token', type: 'password', required: true },
      { name: 'app_name', label: 'App name', type: 'text', required: true },
      { name: 'proxy_token', label: 'Proxy token', type: 'password', required: false },
    ],
    abilities: {
      maxTextLength: 1000,
      streaming: 'buffer',
      idempotentSend: true,
      pace: {
        privateChat: { burst: 1, perSecond: 1 },
        groupChat: { burst: 1, perSecond: 1 },
        bot: { burst: 1, perSecond: 1 },
      },
      editIntervalMs: { privateChat: 1000, groupChat: 1000 },
    },
    print: () => '',
    async validate(settings) {
      const token = tokenOf(settings)
      if (!token.startsWith('good')) throw refusal(name)
      return { id: token, name: token }
    },
    create: ({ settings }) => new PaperBot(name, settings),
    ...over,
  }
}

class PaperBot implements Channel {
  readonly #channel: string
  readonly #settings: BotSettings

  constructor(channel: string, settings: BotSettings) {
    this.#channel = channel
    this.#settings = settings
  }

  /** A token that contains `-mute` passes validation and is refused when it connects. */
  async receive(inbox: { alive(): void }, signal: AbortSignal): Promise<void> {
    if (tokenOf(this.#settings).includes('-mute')) throw refusal(this.#channel)
    inbox.alive()
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  }

  async send() {
    return {}
  }
}

function tokenOf(settings: BotSettings): string {
  const token = settings['app_token']
  return typeof token === 'string' ? token : ''
}

function refusal(platform: string): PlatformError {
  return new PlatformError({ platform, code: '401', kind: 'bad_credentials', description: 'Unauthorized' })
}
