import type { Words } from './rule.ts'

/** A little of everything that a chat must be able to draw. */
export const markdownSample: Words = {
  en: `# A heading

A paragraph with **bold**, *italic*, ~~struck~~ and \`code\` words, and [a link](https://commonmark.org/help/).

## Lists

1. First
2. Second
   - a point inside
   - another
- [x] done
- [ ] to do

> A quotation,
> over two lines.

## A table

| planet | moons | day |
| :-- | --: | --: |
| Earth | 1 | 24 h |
| Mars | 2 | 24.6 h |
| Neptune | 16 | 16.1 h |

## Code

\`\`\`ts
function greet(name: string): string {
  return \`Good morning, \${name}\`
}
\`\`\`

Chats that know no tables or headings get the nearest thing that they can draw.`,
  zh: `# 标题

一段文字，里面有**粗体**、*斜体*、~~删除线~~、\`代码\`和[链接](https://commonmark.org/help/)。

## 列表

1. 第一
2. 第二
   - 里面的一点
- [x] 已完成
- [ ] 未完成

> 一段引用。

## 表格

| 行星 | 卫星 | 一天 |
| :-- | --: | --: |
| 地球 | 1 | 24 小时 |
| 火星 | 2 | 24.6 小时 |

## 代码

\`\`\`ts
function greet(name: string): string {
  return \`早上好，\${name}\`
}
\`\`\`

不支持表格或标题的聊天软件会用最接近的样子显示。`,
}
