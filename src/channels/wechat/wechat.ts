import { createHash } from 'node:crypto'
import { printPlain } from '../../lib/markdown.ts'
import type { ChannelDefinition } from '../channel.ts'
import { openIlink } from './api.ts'
import { login } from './login.ts'
import { checkLogin, receive } from './receive.ts'
import { replyWindow } from './reply-window.ts'
import { createSender } from './send.ts'
import { readAccount } from './settings.ts'

/** Two speech bubbles with eyes, drawn for Portico. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24"><path d="M9.5 4C5.4 4 2 6.8 2 10.2c0 1.9 1.1 3.6 2.8 4.8L4 17.6l2.9-1.5c.8.2 1.7.3 2.6.3 4.1 0 7.5-2.8 7.5-6.2S13.6 4 9.5 4z" fill="#2aae67"/><path d="M22 15.4c0-2.7-2.7-4.9-6-4.9s-6 2.2-6 4.9 2.7 4.9 6 4.9c.7 0 1.4-.1 2-.3l2.3 1.2-.6-2c1.4-.9 2.3-2.3 2.3-3.8z" fill="#fff" stroke="#2aae67"/><g fill="#fff"><circle cx="7" cy="8.8" r="1"/><circle cx="12" cy="8.8" r="1"/></g><g fill="#2aae67"><circle cx="14" cy="14.3" r=".8"/><circle cx="18" cy="14.3" r=".8"/></g></svg>`

/** Personal WeChat by the iLink bot API, which Tencent publishes with https://github.com/Tencent/openclaw-weixin */
export const wechat: ChannelDefinition = {
  name: 'wechat',
  displayName: 'WeChat',
  logo,
  authMode: 'binding_code',
  reach: 'dials_out',
  credentialFields: [
    // Not required: scanning the login code gives it.
    { name: 'bot_token', label: 'Bot token', type: 'password', required: false },
    { name: 'base_url', label: 'Address', type: 'text', required: false, hidden: true },
    { name: 'account_id', label: 'Account', type: 'text', required: false, hidden: true },
    { name: 'user_id', label: 'Owner', type: 'text', required: false, hidden: true },
  ],
  abilities: {
    maxTextLength: 4000,
    streaming: 'buffer',
    idempotentSend: true,
    pace: {
      privateChat: { burst: 2, perSecond: 1 },
      groupChat: { burst: 2, perSecond: 1 },
      bot: { burst: 5, perSecond: 5 },
    },
    editIntervalMs: { privateChat: 1000, groupChat: 1000 },
    typingIntervalMs: 5000,
    files: { maxInboundBytes: 100 * 1024 * 1024, maxOutboundBytes: 50 * 1024 * 1024 },
    replyWindow,
  },
  print: printPlain,
  login,

  async validate(settings, dependencies) {
    const account = readAccount(settings)
    await checkLogin(openIlink(account, dependencies))
    const id = account.id === '' ? createHash('sha256').update(account.token).digest('hex') : account.id
    return { id, name: account.id === '' ? 'WeChat' : account.id }
  },

  create({ settings, memory }, dependencies) {
    const ilink = openIlink(readAccount(settings), dependencies)
    return {
      ...createSender({ ilink, memory, dependencies }),
      receive: (inbox, signal) => receive({ ilink, memory, dependencies }, inbox, signal),
    }
  },
}
