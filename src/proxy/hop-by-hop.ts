const always = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]

/** The headers that are for one connection alone (RFC 9110 7.6.1), those that `Connection` names among them. */
export function connectionOnly(connection: string | string[] | undefined): ReadonlySet<string> {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return usual
  const named = [connection].flat().flatMap((value) => value.split(','))
  return new Set([...always, ...named.map((name) => name.trim().toLowerCase())])
}

const usual: ReadonlySet<string> = new Set(always)
