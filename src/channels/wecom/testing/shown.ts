import { parseMarkdown, printPlain } from '../../../lib/markdown.ts'

/** Markdown as WeCom shows it: the words, without the marks. */
export function shown(markdown: string): string {
  return printPlain(parseMarkdown(markdown.replace(/^<think>.*<\/think>/s, '')))
}
