/** Longest tail that is held back because it may become a link. */
const longestPendingLink = 200

/**
 * Makes markdown that is still being written printable: closes what is open (bold, italic, strikethrough, code),
 * completes the head of a table, and holds back a link that has begun. Changes only the end of the text, so that
 * positions before it stay what they are.
 */
export function closeMarkdown(text: string): string {
  const fenced = closeFence(text)
  if (fenced !== text) return fenced
  const settled = text.replace(/(^|\n)[ \t]*(?:[-=+*#>|]{1,3}|`{1,2}|~{1,2})[ \t]*$/, '')
  const start = lastBlockStart(settled)
  const block = settled.slice(start)
  if (block.startsWith('|')) {
    const table = completeTable(block)
    if (table !== undefined) return settled.slice(0, start) + table
  }
  const inline = block.slice(inlineStart(block))
  return settled.slice(0, settled.length - inline.length) + closeInline(inline)
}

/** Closes a code fence that is open at the end of the text; other text stays as it is. */
export function closeFence(text: string): string {
  const fence = openFence(text)
  if (fence === undefined) return text
  const { mark, before } = fence
  const line = text.slice(text.lastIndexOf('\n') + 1).trim()
  const isPartial = line !== '' && line.length < mark.length && mark.startsWith(line)
  const body = (isPartial ? text.slice(0, text.lastIndexOf('\n') + 1) : text).replace(/\n$/, '')
  return `${body}\n${before.replace(/[^\s>]/g, ' ')}${mark}`
}

interface Fence {
  /** Such as three backticks. */
  mark: string
  /** What stands before the mark on its line: quote marks, a list marker, indentation. */
  before: string
}

/** The code fence in which the text ends. */
function openFence(text: string): Fence | undefined {
  let open: Fence | undefined
  const fences = /^([ \t>]*(?:[-*+][ \t]+|\d+[.)][ \t]+)*)(`{3,}|~{3,})(.*)$/gm
  for (const [, before = '', mark = '', info = ''] of text.matchAll(fences)) {
    if (open === undefined) open = mark.startsWith('`') && info.includes('`') ? undefined : { mark, before }
    else if (mark.startsWith(open.mark) && info.trim() === '') open = undefined
  }
  return open
}

function lastBlockStart(text: string): number {
  const blank = [...text.matchAll(/\n[ \t]*\n/g)].at(-1)
  return blank === undefined ? 0 : blank.index + blank[0].length
}

/** Within the last block, emphasis reaches back to its list item, heading, quote or table cell at most. */
function inlineStart(block: string): number {
  const mark = [...block.matchAll(/^[ \t]*(?:(?:[-*+]|\d+[.)]|#{1,6})(?=[ \t])|>|\|)/gm)].at(-1)
  if (mark === undefined) return 0
  return mark[0].endsWith('|') ? block.lastIndexOf('|') + 1 : mark.index + mark[0].length
}

/** A head without its delimiter row, or with a part of one, is completed; undefined if the table needs nothing. */
function completeTable(block: string): string | undefined {
  const [head = '', delimiters, ...rows] = block.split('\n')
  if (rows.length > 0 || (delimiters !== undefined && !/^[ \t|:-]*$/.test(delimiters))) return undefined
  const columns = head.replace(/\|[ \t]*$/, '').split(/(?<!\\)\|/).length - 1
  return `${head}\n|${' --- |'.repeat(Math.max(columns, 1))}`
}

function closeInline(text: string): string {
  const open: string[] = []
  const marks = /`+|\*+|_+|~+/y
  let link: number | undefined
  for (let at = 0; at < text.length;) {
    const char = text.charAt(at)
    marks.lastIndex = at
    const run = marks.exec(text)?.[0]
    if (char === '\\') at += 2
    else if (char === '[') link = at++
    else if (char === ']' && link !== undefined) {
      const end = text.startsWith('](', at) ? text.indexOf(')', at) : at
      if (end < 0 || at === text.length - 1) break
      link = undefined
      at = end + 1
    } else if (run === undefined) at += 1
    else if (char === '`') {
      const end = text.indexOf(run, at + run.length)
      if (end < 0) return finish(text, [...open, run])
      at = end + run.length
    } else {
      const isUsed = toggle(open, run, text.charAt(at - 1), text.charAt(at + run.length))
      if (!isUsed && at + run.length === text.length) return finish(text.slice(0, at), open)
      at += run.length
    }
  }
  return finish(link === undefined ? text : holdBackLink(text, link), open)
}

function holdBackLink(text: string, start: number): string {
  const tail = text.slice(start)
  const mayBecomeLink = tail.length <= longestPendingLink && !/\n|\]\(\S*\s/.test(tail)
  return mayBecomeLink ? text.slice(0, start).replace(/!$/, '') : text
}

/**
 * Opens or closes emphasis, by CommonMark's rule that a run next to white space cannot open (or close). False if
 * the run does neither.
 */
function toggle(open: string[], run: string, before: string, after: string): boolean {
  if (run === '~' || (run.startsWith('_') && /\w/.test(before) && /\w/.test(after))) return false
  const marks = run.length >= 3 ? [run.slice(0, 2), run.slice(0, 1)] : [run]
  const canClose = /\S/.test(before)
  let isUsed = false
  for (const mark of canClose ? marks.toReversed() : marks) {
    const index = canClose ? open.lastIndexOf(mark) : -1
    if (index >= 0) open.length = index
    else if (/\S/.test(after)) open.push(mark)
    else continue
    isUsed = true
  }
  return isUsed
}

/** Closes what is open, the last first; a mark with nothing behind it is taken away instead. */
function finish(text: string, open: readonly string[]): string {
  let settled = open.length === 0 ? text : text.trimEnd()
  const left = [...open]
  for (let mark = left.at(-1); mark !== undefined && settled.endsWith(mark); mark = left.at(-1)) {
    settled = settled.slice(0, -mark.length).trimEnd()
    left.pop()
  }
  return settled + left.toReversed().join('')
}
