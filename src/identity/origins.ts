/** The header in which the HTTP layer hands over the caller's address; it is never taken from outside. */
export const addressHeader = 'x-portico-client-address'

const loopbackNames = ['localhost', '127.0.0.1', '[::1]']

/** For host names as `URL` writes them. */
export function isLoopback(hostname: string): boolean {
  return loopbackNames.includes(hostname)
}

/** The origins whose pages may act for a signed-in person: the public URL, and its other loopback names. */
export function trustedOrigins(publicUrl: string): string[] {
  const url = new URL(publicUrl)
  if (!isLoopback(url.hostname)) return [url.origin]
  const port = url.port === '' ? '' : `:${url.port}`
  return loopbackNames.map((name) => `${url.protocol}//${name}${port}`)
}

/**
 * Whether a page of this origin was loaded from the host that it now asks: then it is our own page, under an
 * address that we were not told of. Browsers send cookies by host, so a page of another name has none of ours.
 */
export function isOriginOf(origin: string, host: string): boolean {
  return host !== '' && URL.canParse(origin) && new URL(origin).host === host
}
