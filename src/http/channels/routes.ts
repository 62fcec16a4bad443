import type { Channels } from '../../channels/channels.ts'
import type { Linking } from '../../linking/linking.ts'
import type { App } from '../types.ts'
import { answerLogin } from './answer-login.ts'
import { configureProvider } from './configure-provider.ts'
import { connectProvider } from './connect-provider.ts'
import { deleteConnection } from './delete-connection.ts'
import { listConnections } from './list-connections.ts'
import { listProviders } from './list-providers.ts'
import { loginProvider } from './login-provider.ts'
import { readChannels } from './read-channels.ts'
import { removeProvider } from './remove-provider.ts'
import { restartChannel } from './restart-channel.ts'

export interface ChannelRouteDependencies {
  channels: Channels
  linking: Linking
  /** As people know this server, in the instruction beside a connect code. */
  productName: string
}

/** /api/channels: what people connect, and what administrators enter. */
export function registerChannelRoutes(app: App, deps: ChannelRouteDependencies): void {
  const { channels, linking } = deps
  readChannels(app, channels)
  listProviders(app, channels, linking)
  listConnections(app, channels, linking)
  deleteConnection(app, channels, linking)
  connectProvider(app, deps)
  configureProvider(app, channels, linking)
  loginProvider(app, channels, linking)
  answerLogin(app, channels)
  removeProvider(app, channels, linking)
  restartChannel(app, channels)
}
