import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { Frame } from './frame/frame.tsx'
import { Crashed, NotFound } from './frame/dead-ends.tsx'
import { Gate } from './session/gate.tsx'

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound })

const frame = createRoute({
  getParentRoute: () => root,
  id: 'frame',
  component: () => (
    <Gate>
      <Frame />
    </Gate>
  ),
})

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => redirect({ to: '/chat', throw: true }),
})

const chat = createRoute({
  getParentRoute: () => frame,
  path: '/chat',
  component: lazyRouteComponent(() => import('./chat/chat-page.tsx'), 'ChatPage'),
})

const newConversation = createRoute({
  getParentRoute: () => chat,
  path: '/',
  component: lazyRouteComponent(() => import('./chat/new-conversation.tsx'), 'NewConversation'),
})

const conversation = createRoute({
  getParentRoute: () => chat,
  path: '$conversationId',
  component: lazyRouteComponent(() => import('./chat/conversation-view.tsx'), 'ConversationRoute'),
})

const channels = createRoute({
  getParentRoute: () => frame,
  path: '/channels',
  component: lazyRouteComponent(() => import('./channels/channels-page.tsx'), 'ChannelsPage'),
})

const bots = createRoute({
  getParentRoute: () => frame,
  path: '/channels/bots',
  component: lazyRouteComponent(() => import('./bots/bots-page.tsx'), 'BotsPage'),
})

const botKeys = createRoute({
  getParentRoute: () => frame,
  path: '/channels/bot-keys',
  component: lazyRouteComponent(() => import('./bot-keys/bot-keys-page.tsx'), 'BotKeysPage'),
})

const groups = createRoute({
  getParentRoute: () => frame,
  path: '/channels/groups',
  component: lazyRouteComponent(() => import('./groups/groups-page.tsx'), 'GroupsPage'),
})

const webhooks = createRoute({
  getParentRoute: () => frame,
  path: '/webhooks',
  component: lazyRouteComponent(() => import('./webhooks/webhooks-page.tsx'), 'WebhooksPage'),
})

const endpoint = createRoute({
  getParentRoute: () => frame,
  path: '/webhooks/$endpointId',
  component: lazyRouteComponent(() => import('./webhooks/endpoint-page.tsx'), 'EndpointPage'),
})

const integrations = createRoute({
  getParentRoute: () => frame,
  path: '/integrations',
  // Who came from a chat goes back to it, and needs no console on the way.
  beforeLoad: ({ location: { searchStr } }) => {
    if (new URLSearchParams(searchStr).get('from') !== 'chat') return
    redirect({ href: `/connect${searchStr}`, throw: true })
  },
  component: lazyRouteComponent(() => import('./integrations/integrations-page.tsx'), 'IntegrationsPage'),
})

const tokens = createRoute({
  getParentRoute: () => frame,
  path: '/tokens',
  component: lazyRouteComponent(() => import('./tokens/tokens-page.tsx'), 'TokensPage'),
})

const everybodysTokens = createRoute({
  getParentRoute: () => frame,
  path: '/tokens/everybodys',
  component: lazyRouteComponent(() => import('./tokens/tokens-page.tsx'), 'EverybodysTokensPage'),
})

const token = createRoute({
  getParentRoute: () => frame,
  path: '/tokens/$tokenId',
  component: lazyRouteComponent(() => import('./tokens/token-page.tsx'), 'TokenPage'),
})

const playground = createRoute({
  getParentRoute: () => frame,
  path: '/playground',
  component: lazyRouteComponent(() => import('./playground/playground-page.tsx'), 'PlaygroundPage'),
})

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invite/$token',
  component: lazyRouteComponent(() => import('./session/invitation-page.tsx'), 'InvitationPage'),
})

const link = createRoute({
  getParentRoute: () => root,
  path: '/link/$token',
  component: lazyRouteComponent(() => import('./link/link-page.tsx'), 'LinkPage'),
})

const connect = createRoute({
  getParentRoute: () => root,
  path: '/connect/$token',
  component: lazyRouteComponent(() => import('./connect/connect-page.tsx'), 'ConnectPage'),
})

const returned = createRoute({
  getParentRoute: () => root,
  path: '/connect',
  component: lazyRouteComponent(() => import('./connect/connect-page.tsx'), 'ReturnedPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    invitation,
    link,
    connect,
    returned,
    frame.addChildren([
      chat.addChildren([newConversation, conversation]),
      channels,
      bots,
      botKeys,
      groups,
      webhooks,
      endpoint,
      integrations,
      tokens,
      everybodysTokens,
      token,
      playground,
    ]),
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: Crashed,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
