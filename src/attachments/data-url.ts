/** A `data:` URL (RFC 2397) taken apart; undefined for anything else. */
export function parseDataUrl(url: string): { mediaType: string; bytes: Uint8Array<ArrayBuffer> } | undefined {
  if (!/^data:/i.test(url)) return undefined
  const comma = url.indexOf(',')
  if (comma === -1) return undefined
  const header = url.slice('data:'.length, comma)
  const content = url.slice(comma + 1)
  const isBase64 = /;\s*base64$/i.test(header)
  const mediaType = header.replace(/;\s*base64$/i, '').trim()
  const bytes = isBase64
    ? Buffer.from(percentDecoded(content).toString('latin1'), 'base64')
    : percentDecoded(content)
  return { mediaType: mediaType === '' ? 'text/plain' : mediaType, bytes }
}

/** Byte by byte: what is percent-encoded may be no text at all. */
function percentDecoded(text: string): Buffer<ArrayBuffer> {
  if (!text.includes('%')) return Buffer.from(text)
  return Buffer.from(
    Buffer.from(text)
      .toString('latin1')
      .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  )
}
