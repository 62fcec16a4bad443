import type { Words } from '../en.ts'

export const groups: Words['groups'] = {
  title: '赞助的群组',
  intro: '在这些群组中，没有账户的访客也会得到回复，费用由赞助人承担。',
  emptyTitle: '没有赞助的群组',
  emptyText:
    '群组中只有拥有账户的人会得到回复。在你管理的群组中发送 /sponsor，访客也会得到回复，费用由你承担，但绝不会使用你的账号。',
  unnamed: '群组 {{id}}',
  where: '在 {{channel}} 上，由机器人 {{bot}} 回复',
  byYou: '由你赞助，开始于',
  by: '由 {{name}} 赞助，开始于',
  live: '访客会得到回复',
  dormant: '访客不会得到回复：赞助人无法登录，或机器人已被移除',
  usage: '今天的回答数',
  used: '今天（UTC）已用 {{used}} / {{count}} 个回答',
  each: '每位访客每小时 {{count}} 个',
  change: '修改限额',
  changeTitle: '{{name}} 的限额',
  perDay: '每天的回答数',
  perDayWhy: '所有访客合计，到 UTC 零点为止。',
  perHour: '每小时的回答数',
  perHourWhy: '每位访客。',
  end: '结束',
  endTitle: '结束对 {{name}} 的赞助？',
  endText: '访客不再得到回复，有账户的人不受影响。已有的对话会保留。要重新开始，请在群组中发送 /sponsor。',
}
