import type { Words } from '../en.ts'

export const link: Words['link'] = {
  title: '绑定这个聊天账号？',
  text: '它将以 {{account}} 的身份与智能体对话。',
  unnamed: '一个聊天账号',
  where: '在 {{platform}} 上，与机器人 {{bot}} 的对话',
  asked: '请求时间',
  another: '你在 {{platform}} 上已有绑定；这会是另一个账号。',
  warning:
    '只有当这个链接是你自己在与 {{bot}} 的对话中要来的，才确认。否则发给你链接的人可能会以你的名义行事。',
  confirm: '绑定',
  refuse: '这不是我',
  done: '已在 {{platform}} 上绑定',
  doneText: '回到与 {{bot}} 的对话，给它发消息。',
  overTitle: '这个链接已失效',
  overText: '它已被使用、被更新的链接替代，或超过了半小时。请向机器人要一个新的。',
  toChannels: '查看你的绑定',
  numberTitle: '发送这个数字',
  numberText: '在 {{platform}} 上与 {{bot}} 的对话中发送它，以证明这个对话属于你。',
  numberWaiting: '正在等待对话中的数字',
  endedTitle: '未绑定',
  endedText: '数字没有及时发送，或发送了错误的数字。请向机器人要一个新的链接。',
}
