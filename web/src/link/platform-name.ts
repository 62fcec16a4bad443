/** Platforms as people write them, where capitals alone do not tell. */
const names: Readonly<Record<string, string>> = {
  DISCORD: 'Discord',
  TELEGRAM: 'Telegram',
  SLACK: 'Slack',
  TEAMS: 'Microsoft Teams',
  WHATSAPP: 'WhatsApp',
  GITHUB: 'GitHub',
  LINEAR: 'Linear',
  FEISHU: 'Feishu',
  DINGTALK: 'DingTalk',
  WECHAT: 'WeChat',
  WECOM: 'WeCom',
}

export function platformName(platform: string): string {
  return names[platform] ?? platform
}
