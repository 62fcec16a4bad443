import type { Injection } from './provider.ts'

/** How a secret travels with a request. */
export interface Carried {
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  query: { name: string; value: string } | undefined
  /** Of Basic, before it was encoded: `user:password`. */
  pair: string | undefined
}

export const bearer: Injection = { header: 'Authorization', format: 'Bearer {token}' }

/** `values` are what the places of the injection may name: `token`, and of passwords `username` and `password`. */
export function carry(injection: Injection, values: Readonly<Record<string, string>>): Carried {
  const fill = (text: string) => text.replaceAll(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all)
  const nothing = { headers: {}, query: undefined, pair: undefined }
  if ('query' in injection)
    return { ...nothing, query: { name: injection.query, value: values['token'] ?? '' } }
  if ('header' in injection)
    return { ...nothing, headers: { [injection.header.toLowerCase()]: fill(injection.format) } }
  const pair = `${fill(injection.basic.username)}:${fill(injection.basic.password)}`
  const authorization = `Basic ${Buffer.from(pair).toString('base64')}`
  return { headers: { authorization }, query: undefined, pair }
}
