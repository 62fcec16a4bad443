import type { ChannelDefinition } from './channel.ts'
import { dingtalk } from './dingtalk/dingtalk.ts'
import { discord } from './discord/discord.ts'
import { feishu } from './feishu/feishu.ts'
import { github } from './github/github.ts'
import { linear } from './linear/linear.ts'
import { slack } from './slack/slack.ts'
import { teams } from './teams/teams.ts'
import { telegram } from './telegram/telegram.ts'
import { wechat } from './wechat/wechat.ts'
import { wecom } from './wecom/wecom.ts'
import { whatsapp } from './whatsapp/whatsapp.ts'

/** Every channel that Portico speaks; a new one is its folder and one line here. */
export const catalogue: readonly ChannelDefinition[] = [
  dingtalk,
  discord,
  feishu,
  github,
  linear,
  slack,
  teams,
  telegram,
  wechat,
  wecom,
  whatsapp,
]

/** The channel of that name. */
export function findChannel(name: string): ChannelDefinition | undefined {
  return catalogue.find((definition) => definition.name === name)
}
