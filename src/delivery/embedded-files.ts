import type { AnswerFiles } from './outlet.ts'

/** Files that agents give within their answer, as `data:` addresses (RFC 2397); of others only the address. */
export const embeddedFiles: AnswerFiles = {
  async open(url) {
    const match = /^data:([^,;]*)[^,]*;base64,([A-Za-z0-9+/=]*)$/.exec(url)
    return match === null
      ? undefined
      : new Blob([Buffer.from(match[2] ?? '', 'base64')], { type: match[1] ?? '' })
  },
  link: (url) => (/^https?:\/\//.test(url) ? url : undefined),
}
