import { parseDataUrl } from '../attachments/attachments.ts'
import type { AnswerFiles } from './outlet.ts'

/** Files that agents give within their answer, as `data:` addresses (RFC 2397); of others only the address. */
export const embeddedFiles: AnswerFiles = {
  async open(url) {
    const data = parseDataUrl(url)
    return data && new Blob([data.bytes], { type: data.mediaType })
  },
  link: (url) => (/^https?:\/\//.test(url) ? url : undefined),
}
