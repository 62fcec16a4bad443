import type { Words } from '../en.ts'

export const problem: Words['problem'] = {
  generic: '服务器出错了。',
  unreachable: 'Portico 没有响应。',
  unreachableHint: '请确认服务器正在运行，且网络已连接。',
  tryAgain: '重试',
  reference: '参考编号 {{reference}}',
  crashed: '无法显示此页面。',
  reload: '重新加载',
}
