import { frame } from './en/frame.ts'
import { problem } from './en/problem.ts'
import { common } from './en/common.ts'
import { session } from './en/session.ts'
import { chat } from './en/chat.ts'
import { playground } from './en/playground.ts'
import { channels } from './en/channels.ts'
import { botKeys } from './en/bot-keys.ts'
import { link } from './en/link.ts'
import { bots } from './en/bots.ts'
import { groups } from './en/groups.ts'
import { webhooks } from './en/webhooks.ts'
import { integrations } from './en/integrations.ts'
import { tokens } from './en/tokens.ts'
import { connect } from './en/connect.ts'

/** Every sentence of the console, by area. `zh.ts` has the same keys; the compiler compares them. */
export const en = {
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

/** The shape of a translation: the same keys with any words. */
export type Words = typeof en
