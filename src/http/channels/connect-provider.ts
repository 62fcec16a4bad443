import { Type } from 'typebox'
import { channelErrors, type Channels } from '../../channels/channels.ts'
import type { Linking } from '../../linking/linking.ts'
import { answers, closed } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ByProvider } from './schemas.ts'

const Connect = Type.Object(
  {
    provider: Type.String(),
    mode: Type.Enum(['deep_link', 'binding_code']),
    url: Type.Union([Type.String(), Type.Null()]),
    code: Type.String(),
    instruction: Type.String(),
    expires_in: Type.Integer({ description: 'Seconds.' }),
  },
  { title: 'ChannelConnect' },
)

const Body = Type.Union([
  Type.Object(
    {
      bot_id: Type.Optional(Type.String({ description: 'One bot of several.' })),
      username: Type.Optional(
        Type.String({
          maxLength: 255,
          description:
            'The account on the platform from which alone the code counts; required where `account_required`.',
        }),
      ),
    },
    closed,
  ),
  Type.Null(),
])

interface ConnectDependencies {
  channels: Channels
  linking: Linking
  productName: string
}

export function connectProvider(app: App, { channels, linking, productName }: ConnectDependencies): void {
  app.post(
    '/api/channels/:provider/connect',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Get a connect code to send to the bot in a private chat',
        tags: ['channels'],
        params: ByProvider,
        body: Body,
        response: answers({ 200: Connect }, [400, 404]),
      },
    },
    async (request) => {
      const { userId, workspaceId } = callerOf(request)
      const botId = request.body?.bot_id
      const { definition, settings } = await channels.connectable(request.params.provider, botId)
      const { name, displayName, authMode } = definition
      const username = request.body?.username?.trim().replace(/^@/, '') ?? ''
      if (definition.privateChats === false && username === '') throw channelErrors.channel_account_missing()
      const { code, lifetimeSeconds } = await linking.issueCode({
        userId,
        workspaceId,
        channel: name,
        ...(botId !== undefined && { botId }),
        ...(username !== '' && { username }),
      })
      const command = authMode === 'deep_link' ? '/start' : '/connect'
      return {
        provider: name,
        mode: authMode,
        url: definition.connectUrl?.(settings, code) ?? null,
        code,
        instruction:
          definition.privateChats === false
            ? `Write ${command} ${code} as ${username} on ${displayName}, to the ${productName} bot.`
            : `Send ${command} ${code} to the ${productName} ${displayName} bot.`,
        expires_in: lifetimeSeconds,
      }
    },
  )
}
