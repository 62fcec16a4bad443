import type { Words } from '../en.ts'

export const connect: Words['connect'] = {
  signIn: '登录以连接账号。',
  withoutAccount: '还没有账户？请向管理员索取邀请并创建账户，然后再次打开这个链接。',
  title: '连接 {{name}}？',
  asks: '{{agent}} 需要它来继续处理你的问题。',
  asksInChat: '{{agent}} 在你的 {{channel}} 对话中请求它，以便继续处理你的问题。',
  theAgent: '智能体',
  service: '服务',
  account: '账号',
  anyAccount: '你在那里登录的账号',
  chat: '你的对话',
  you: '出借人',
  willBeAble: '智能体将可以',
  usual: '{{name}} 默认允许的内容',
  warning: '只有当这是你自己的请求时才继续。你可以随时收回。',
  notNow: '暂不',
  outcome: {
    done: { title: '已以 {{account}} 的身份连接 {{name}}', text: '回到你的对话，智能体会在那里继续。' },
    refused: {
      title: '没有连接任何账号',
      text: '智能体没有得到任何权限。如果你改变主意，对话中的链接仍然有效。',
    },
    used: {
      title: '这个链接已被使用',
      text: '它只能使用一次。如果不是你使用的，请查看你已连接的账号。',
    },
    expired: { title: '这个链接已过期', text: '它在半小时内有效。请在对话中索取新的链接。' },
    unknown: {
      title: '这个链接不属于你',
      text: '它只对看到它的对话中的那个人有效。可能少了字符，或你以其他身份登录。',
    },
  },
  toIntegrations: '查看已连接的账号',
}
