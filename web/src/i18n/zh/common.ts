import type { Words } from '../en.ts'

export const common: Words['common'] = {
  copy: '复制',
  copied: '已复制',
  cancel: '取消',
  save: '保存',
  delete: '删除',
  close: '关闭',
  back: '返回',
  loading: '加载中',
  reconnecting: '连接中断，正在重试……',
  onlyNow: '它只在此刻显示。请保存到你们存放密钥的地方。',
  kept: '已保存',
}
