const maxBytes = 200

/**
 * A name that is safe to show, to send on and to save: the last part of a path, without characters that steer
 * terminals, text direction or file systems. Never empty.
 */
export function cleanFileName(given: string): string {
  const name = given
    .toWellFormed()
    .replace(/^.*[/\\]/s, '')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  return name === '' ? 'file' : shorten(name)
}

/** Keeps the ending, by which people and programs know what it is. */
function shorten(name: string): string {
  if (Buffer.byteLength(name) <= maxBytes) return name
  const [ending = ''] = /\.[\p{L}\p{N}]{1,10}$/u.exec(name) ?? []
  const stem = Array.from(name.slice(0, name.length - ending.length))
  while (Buffer.byteLength(stem.join('') + ending) > maxBytes) stem.splice(-Math.ceil(stem.length / 10))
  return stem.join('') + ending
}
