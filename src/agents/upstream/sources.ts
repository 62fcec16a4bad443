import { fieldsOf, stringOf } from '../../lib/json.ts'

/** The sources that a server names for its answer, for people to read below it. */
export interface Sources {
  /** Takes `{ url, title?, filename? }`; what is no web address is known by its title or file name. */
  add: (source: unknown) => void
  /** A paragraph with those that `text` does not mention already; empty if there are none. */
  below(text: string): string
}

export function createSources(): Sources {
  const labels = new Map<string, string>()
  return {
    add(source) {
      const { url: address, title, filename } = fieldsOf(source)
      const url = webAddress(stringOf(address))
      const label = oneLine(stringOf(title) || stringOf(filename) || url)
      const key = url || label
      if (key !== '' && !labels.has(key)) labels.set(key, url === '' ? label : `[${label}](<${url}>)`)
    },
    below(text) {
      const missing = [...labels].filter(([key]) => !text.includes(key)).map(([, label]) => label)
      return missing.length === 0 ? '' : `\n\nSources: ${missing.join(' · ')}`
    },
  }
}

/** Links of any other kind could act on the reader's machine. */
function webAddress(address: string): string {
  const url = URL.parse(address)
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : ''
}

/** A title cannot end the link that it stands in. */
function oneLine(text: string): string {
  return text
    .replace(/[\s[\]]+/g, ' ')
    .trim()
    .slice(0, 120)
}
