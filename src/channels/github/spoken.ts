const fence = /^ {0,3}(`{3,}|~{3,})/

/**
 * What a person said in a body, as a reader of the page sees it: HTML comments are taken out (templates leave them
 * there, and nobody sees what is in them), and so is the mention of the app. A mention in code or in a quote is
 * not addressed to anybody.
 */
export function readSpoken(body: string, slug: string): { text: string; toUs: boolean } {
  const mention = new RegExp(`(?<![\\w/@.-])@${slug.replaceAll('.', '\\.')}(?:\\[bot\\])?(?![\\w-]) ?`, 'gi')
  let open: string | undefined
  let hidden = false
  let toUs = false
  const lines: string[] = []
  for (const line of body.split(/\r?\n/)) {
    const [, mark] = hidden ? [] : (fence.exec(line) ?? [])
    const isFence = mark !== undefined && (open === undefined || closes(line, mark, open))
    if (isFence) open = open === undefined ? mark : undefined
    if (isFence || open !== undefined) {
      lines.push(line)
      continue
    }
    const seen = withoutComments(line, hidden)
    hidden = seen.hidden
    if (/^\s*>/.test(seen.text)) {
      lines.push(seen.text)
      continue
    }
    // Every second piece is inline code.
    const pieces = seen.text.split(/(`[^`]*`)/)
    const cleared = pieces.map((piece, index) => (index % 2 === 1 ? piece : piece.replace(mention, '')))
    toUs ||= cleared.some((piece, index) => piece !== pieces[index])
    lines.push(cleared.join(''))
  }
  return { text: lines.join('\n').trim(), toUs }
}

function closes(line: string, mark: string, open: string): boolean {
  return mark.startsWith(open) && line.trim() === mark
}

function withoutComments(line: string, hidden: boolean): { text: string; hidden: boolean } {
  let text = ''
  let inside = hidden
  for (const part of line.split(/(<!--|-->)/)) {
    if (part === '<!--') inside = true
    else if (part === '-->' && inside) inside = false
    else if (!inside) text += part
  }
  return { text, hidden: inside }
}
