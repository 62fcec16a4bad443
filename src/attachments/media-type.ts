/** How many bytes from the beginning of a file tell its type. */
export const headLength = 16

type Signature = readonly [offset: number, bytes: string, mediaType: string, also?: [number, string]]

/** The first bytes of common types (https://mimesniff.spec.whatwg.org/#matching-a-mime-type-pattern). */
const signatures: readonly Signature[] = [
  [0, '\x89PNG\r\n\x1a\n', 'image/png'],
  [0, '\xff\xd8\xff', 'image/jpeg'],
  [0, 'GIF87a', 'image/gif'],
  [0, 'GIF89a', 'image/gif'],
  [0, 'RIFF', 'image/webp', [8, 'WEBP']],
  [0, 'RIFF', 'audio/wav', [8, 'WAVE']],
  [4, 'ftypavif', 'image/avif'],
  [4, 'ftypheic', 'image/heic'],
  [4, 'ftypM4A', 'audio/mp4'],
  [0, 'OggS', 'audio/ogg'],
  [0, 'ID3', 'audio/mpeg'],
  [0, '\xff\xfb', 'audio/mpeg'],
  [0, '\xff\xf3', 'audio/mpeg'],
  [0, '\xff\xf2', 'audio/mpeg'],
  [0, 'fLaC', 'audio/flac'],
  [0, '#!AMR', 'audio/amr'],
  [0, '%PDF-', 'application/pdf'],
]
/** What is only believed of its first bytes. */
const recognised = new Set(signatures.map(([, , mediaType]) => mediaType))
const unknownType = 'application/octet-stream'

/**
 * The type of a file: what its first bytes say, whatever was claimed. Of a type that cannot be told by its bytes
 * the claim is kept; a claim that the bytes belie becomes `application/octet-stream`.
 */
export function mediaTypeOf(head: Uint8Array, claimed: string): string {
  const bytes = Buffer.from(head).toString('latin1')
  const claim = cleanMediaType(claimed)
  const found = signatures.find(
    ([offset, text, , also]) =>
      bytes.startsWith(text, offset) && (also === undefined || bytes.startsWith(also[1], also[0])),
  )?.[2]
  // An Ogg file holds pictures or sound; both begin alike.
  if (found === 'audio/ogg' && claim === 'video/ogg') return claim
  return found ?? (recognised.has(claim) ? unknownType : claim)
}

/** A media type without parameters, in lower case (RFC 9110, 8.3.1). */
function cleanMediaType(claimed: string): string {
  const type = claimed.split(';')[0]?.trim().toLowerCase() ?? ''
  return /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/.test(type) ? type : unknownType
}
