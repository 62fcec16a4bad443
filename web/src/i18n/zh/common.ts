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
  manage: '管理 {{name}}',
  rotate: {
    action: '生成新密钥',
    overlap: '旧密钥',
    overlaps: {
      none: '立即失效',
      hour: '再有效一小时',
      day: '再有效一天',
      week: '再有效一周',
    },
  },
}
