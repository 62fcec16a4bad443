import type { Words } from '../en.ts'

export const link: Words['link'] = {
  signIn: '登录以绑定你的聊天账号。',
  withoutAccount: '还没有账户？请向管理员索取邀请并创建账户，然后再次打开这个链接。',
  title: '绑定这个聊天账号？',
  text: '它将以 {{account}} 的身份与智能体对话。',
  account: '{{platform}} 账号',
  unnamed: '没有名称',
  bot: '机器人',
  asked: '请求时间：',
  another: '你在 {{platform}} 上已有绑定；这会是另一个账号。',
  warning:
    '只有当这个链接是你自己在与 {{bot}} 的对话中要来的，才确认。否则发给你链接的人可能会以你的名义行事。',
  confirm: '绑定',
  refuse: '这不是我',
  toChannels: '查看你的绑定',
  numberTitle: '发送这个数字',
  numberText: '在 {{platform}} 上与 {{bot}} 的对话中发送它，以证明这个对话属于你。',
  numberWaiting: '正在等待对话中的数字',
  outcome: {
    done: { title: '已在 {{platform}} 上绑定', text: '回到与 {{bot}} 的对话，给它发消息。' },
    refused: {
      title: '没有绑定任何账号',
      text: '没有人能通过这个链接以你的名义行事。如果是别人发给你的，对方可能有此意图。',
    },
    ended: { title: '未绑定', text: '数字没有及时发送，或发送了错误的数字。请向机器人要一个新的链接。' },
    used: { title: '这个链接已被使用', text: '它只能使用一次。如果不是你使用的，请向机器人要一个新的。' },
    expired: {
      title: '这个链接已过期',
      text: '它在半小时内、且机器人没有生成更新的链接时有效。请向机器人要一个新的。',
    },
    unknown: {
      title: '这里没有这个链接',
      text: '可能少了字符，或生成它的机器人已不存在。请向机器人要一个新的。',
    },
    linked: { title: '这个聊天账号已有绑定', text: '要绑定到其他账户，请先在原处断开连接。' },
  },
}
