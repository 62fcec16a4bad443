/** A text as WhatsApp shows it: the marks are gone, what they mark is left. */
export function shown(text: string): string {
  const blocks = text.split(/```([\s\S]+?)```/)
  return blocks
    .map((piece, index) => (index % 2 === 1 ? piece.trim() : inline(piece)))
    .join('')
    .replaceAll('\u2060', '')
}

function inline(text: string): string {
  const codes = text.split(/`([^`\n]+)`/)
  return codes
    .map((piece, index) =>
      index % 2 === 1 ? piece : ['*', '_', '~'].reduce((rest, mark) => unmark(rest, mark), piece),
    )
    .join('')
}

/** A pair of marks stands at the edges of words and touches what it marks. */
function unmark(text: string, mark: string): string {
  const pair = new RegExp(
    `(?<![\\p{L}\\p{N}])[${mark}](?=[^\\s\\u2060])([^\\n]*?)(?<=\\S)[${mark}](?![\\p{L}\\p{N}])`,
    'gu',
  )
  return text.replace(pair, '$1')
}
