import type { Words } from './en.ts'
import { frame } from './zh/frame.ts'
import { problem } from './zh/problem.ts'
import { common } from './zh/common.ts'
import { session } from './zh/session.ts'
import { chat } from './zh/chat.ts'
import { playground } from './zh/playground.ts'
import { channels } from './zh/channels.ts'
import { botKeys } from './zh/bot-keys.ts'
import { link } from './zh/link.ts'
import { bots } from './zh/bots.ts'
import { groups } from './zh/groups.ts'
import { webhooks } from './zh/webhooks.ts'
import { integrations } from './zh/integrations.ts'
import { tokens } from './zh/tokens.ts'
import { connect } from './zh/connect.ts'

export const zh: Words = {
  frame,
  problem,
  common,
  session,
  chat,
  playground,
  channels,
  botKeys,
  link,
  bots,
  groups,
  webhooks,
  integrations,
  tokens,
  connect,
}
