import type { Headers } from './request-headers.ts'

/** How many characters people are shown. */
const maxShown = 500

/**
 * What a person is shown of a body before they approve it: JSON, forms and text as people read them, of others their
 * type and size. Null: there is none.
 *
 * It may be cut, and says so then; but what it shows is what is sent. So JSON keeps a name that comes twice and numbers
 * as they stand, and letters that are not seen are spelled out.
 */
export function previewOf(body: Buffer, headers: Headers): string | null {
  if (body.length === 0) return null
  const [type = '', ...parameters] = textIn(headers['content-type'])
    .toLowerCase()
    .split(/\s*;\s*/)
  const encoding = textIn(headers['content-encoding']).toLowerCase()
  const isPlain = /^(identity)?$/.test(encoding) && parameters.every((one) => !foreignLetters.test(one))
  const text = isPlain && readable.test(type) ? decoded(body) : undefined
  const size = `${body.length} ${body.length === 1 ? 'byte' : 'bytes'}`
  if (text === undefined)
    return visible([type || 'unknown type', encoding, size].filter((part) => part !== '').join(', '))
  return shortened(type === formType ? linesOf(text) : (jsonIn(text, type) ?? text), `\n… (${size} in all)`)
}

const formType = 'application/x-www-form-urlencoded'
/** The types that are text; nothing at all may be. */
const readable =
  /^($|text\/|application\/(json|xml|graphql|x-ndjson|x-www-form-urlencoded)$|application\/[\w.-]+\+(json|xml)$)/
const foreignLetters = /^charset=(?!"?(utf-8|us-ascii)"?$)/

function textIn(header: string | string[] | undefined): string {
  return [header ?? []].flat().join(', ').trim()
}

function decoded(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body).replaceAll('\r\n', '\n')
  } catch {
    return undefined
  }
}

function linesOf(form: string): string {
  const fields = [...new URLSearchParams(form)]
  return fields.map(([name, value]) => `${name}=${value}`.replaceAll('\n', '\\n')).join('\n')
}

function jsonIn(text: string, type: string): string | undefined {
  if (type !== '' && !type.endsWith('json')) return undefined
  try {
    JSON.parse(text)
  } catch {
    return undefined
  }
  return indented(text)
}

/** A text is taken to where nobody is shown more of it: an escape of six characters is one. */
const jsonToken = /"(?:[^"\\]|\\.){0,3000}"?|[{}[\]:,]|[^\s{}[\]:,"]+/g

/** By its tokens: reading it whole would drop what comes twice, and round numbers. */
function indented(json: string): string {
  let shown = ''
  let depth = 0
  let last = ''
  const isOpening = (token: string) => token === '{' || token === '['
  const newLine = () => `\n${'  '.repeat(depth)}`
  for (const [token] of json.matchAll(jsonToken)) {
    if (shown.length > maxShown) break
    if (token === '}' || token === ']') {
      depth -= 1
      shown += isOpening(last) ? token : newLine() + token
    } else {
      if (isOpening(last) || last === ',') shown += newLine()
      shown += token === ':' ? ': ' : unescaped(token)
      if (isOpening(token)) depth += 1
    }
    last = token
  }
  return shown
}

function unescaped(token: string): string {
  if (!/^".*\\.*"$/.test(token)) return token
  try {
    return JSON.stringify(JSON.parse(token))
  } catch {
    return token
  }
}

/** `ending` says that it was cut. */
function shortened(text: string, ending: string): string {
  const shown = visible(text.slice(0, maxShown + 1))
  if (shown.length <= maxShown) return shown
  return shown.slice(0, maxShown - ending.length).replace(/[\ud800-\udbff]$/, '') + ending
}

/** Spells out what is not seen, or would turn round what is; what joins letters is left. */
function visible(text: string): string {
  return text.replace(/(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (letter) =>
    Array.from({ length: letter.length }, (_, at) => escapeOf(letter.charCodeAt(at))).join(''),
  )
}

function escapeOf(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
