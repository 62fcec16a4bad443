import { ChatIcon, KeyIcon, PhoneIcon, PlugIcon, TicketIcon, WebhookIcon } from '../ui/icons.tsx'

/** What stands in the rail, in this order. */
export const pages = [
  { to: '/chat', name: 'frame.chat', Icon: ChatIcon },
  { to: '/channels', name: 'frame.channels', Icon: PlugIcon },
  { to: '/integrations', name: 'frame.integrations', Icon: KeyIcon },
  { to: '/tokens', name: 'frame.tokens', Icon: TicketIcon },
  { to: '/playground', name: 'frame.playground', Icon: PhoneIcon },
] as const

/** Under a line, for administrators. */
export const adminPages = [{ to: '/webhooks', name: 'frame.webhooks', Icon: WebhookIcon }] as const
