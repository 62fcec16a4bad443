import { integrationErrors } from '../errors.ts'

/** RFC 9110, 5.6.2. */
const token = /^[!#$%&'*+.^_`|~\da-z-]+$/i
/** Visible characters, and spaces or tabs between them (RFC 9110, 5.5); no others, for nobody agrees on their bytes. */
const value = /^[\x21-\x7e]([\t\x20-\x7e]*[\x21-\x7e])?$/
/** What says where a request goes, how long it is or how it travels is never a credential. */
const reserved = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'forwarded',
  'via',
])
const mostHeaders = 20
const longestValue = 8_192

/** Throws `header_invalid` unless these can be sent with a request, as they are. Names differ also in lower case. */
export function checkHeaders(headers: Readonly<Record<string, string>>): void {
  const entries = Object.entries(headers)
  const names = entries.map(([name]) => name.toLowerCase())
  const isFine =
    entries.length > 0 &&
    entries.length <= mostHeaders &&
    new Set(names).size === names.length &&
    names.every((name) => token.test(name) && !reserved.has(name)) &&
    entries.every(([, text]) => text.length <= longestValue && value.test(text))
  if (!isFine) throw integrationErrors.header_invalid()
}
