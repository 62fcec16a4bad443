import type { Root } from 'mdast'
import { printLean, type LeanDialect } from '../lean-markdown.ts'

/**
 * Prints markdown in the part of it that WeCom shows in every place where a bot may speak; pictures become links
 * (https://developer.work.weixin.qq.com/document/path/99110).
 */
export function printWeCom(markdown: Root): string {
  return printLean(markdown, dialect)
}

/** `<@id>` mentions somebody, `<font>` colours and `<think>` folds away, also within code. */
function harmless(text: string): string {
  return text.replace(/<(?=@|\/?(?:font|think)\b)/gi, '＜')
}

const dialect: LeanDialect = {
  text: harmless,
  code: harmless,
  paragraph: (text) => text,
  lineBreak: '\n',
  linked: /^https?:/i,
  image: (url, alt) => (/^https?:/i.test(url) ? `[${alt}](${url})` : alt),
}
