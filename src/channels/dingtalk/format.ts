import type { Root } from 'mdast'
import { printLean, type LeanDialect } from '../lean-markdown.ts'

/**
 * Prints markdown in the part of it that DingTalk shows, pictures included
 * (https://open.dingtalk.com/document/orgapp/robot-message-type). HTML would be taken for HTML, so its brackets are
 * written as entities.
 */
export function printDingTalk(markdown: Root): string {
  return printLean(markdown, dialect)
}

const dialect: LeanDialect = {
  text: (value) =>
    value
      .replace(/&(?=#?\w{1,31};)/g, '&amp;')
      .replaceAll('<', '&lt;')
      .replace(/[*`[\]\\]/g, '\\$&'),
  code: (value) => value,
  // A paragraph that begins like a heading, a quote or a list is still a paragraph.
  paragraph: (text) => text.replace(/^(#{1,6}\s|>|[-+]\s|\d+[.)]\s)/gm, '\u200b$1'),
  lineBreak: '  \n',
  linked: /^(https?|mailto|tel|dingtalk):/i,
  image: (url, alt) => (/^https?:/i.test(url) ? `![${alt}](${url})` : alt),
}
