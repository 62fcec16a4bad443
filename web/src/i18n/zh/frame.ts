import type { Words } from '../en.ts'

export const frame: Words['frame'] = {
  skip: '跳到正文',
  menu: '打开菜单',
  closeMenu: '关闭菜单',
  chat: '对话',
  playground: '演练场',
  channels: '渠道',
  integrations: '集成',
  webhooks: 'Webhook',
  pages: '页面',
  account: '账户',
  signOut: '退出登录',
  theme: '主题',
  themeAuto: '跟随系统',
  themeLight: '浅色',
  themeDark: '深色',
  language: '语言',
  admin: '管理员',
  notFoundTitle: '没有这个页面',
  notFoundText: '地址可能已失效，或少了字符。',
  toChat: '前往对话',
}
