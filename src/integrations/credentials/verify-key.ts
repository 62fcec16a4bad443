import { jsonOf } from '../../lib/json.ts'
import type { GuardedRequest } from '../../lib/guarded-fetch.ts'
import { integrationErrors } from '../errors.ts'
import type { Account } from '../oauth/oauth.ts'
import { textAt } from '../pointer.ts'
import { carry } from '../injection.ts'
import type { Provider } from '../provider.ts'
import { fillText, fillUrl, type Values } from '../template.ts'
import type { CredentialsDependencies } from './dependencies.ts'

const timeoutMs = 10_000
const maxBytes = 256 * 1024

/**
 * Asks the service whether it takes a key, where that can be asked, and whose it is. A service that says nothing of use
 * proves nothing: the key is kept all the same. Throws `key_refused` and `tenant_invalid`.
 */
export async function verifyKey(
  { fetch, log }: Pick<CredentialsDependencies, 'fetch' | 'log'>,
  { id, api_key: terms }: Provider,
  key: string,
  tenant: Values,
): Promise<Account | undefined> {
  if (terms === undefined) return undefined
  if (terms.pattern !== undefined && !new RegExp(`^(?:${terms.pattern})$`).test(key))
    throw integrationErrors.key_refused()
  const { verify } = terms
  if (verify === undefined) return undefined
  const filled = Object.entries(verify.headers ?? {}).map(([name, text]) => [name, fillText(text, tenant)])
  const headers = Object.fromEntries(filled) as Record<string, string>
  const url = new URL(fillUrl(verify.url, tenant))
  const carried = carry(terms.inject, { token: key })
  if (carried.query !== undefined) url.searchParams.set(carried.query.name, carried.query.value)
  const request: GuardedRequest = {
    method: verify.method,
    headers: { accept: 'application/json', 'user-agent': 'Portico', ...headers, ...carried.headers },
    ...(verify.body !== undefined && { body: fillText(verify.body, tenant) }),
    timeoutMs,
    maxBytes,
    beyond: 'cut',
  }
  const answer = await fetch(url.href, request).catch((error: unknown) => {
    log.warn({ err: error, provider: id }, 'a key could not be proved')
  })
  if (answer?.status === 401 || answer?.status === 403) throw integrationErrors.key_refused()
  if (answer === undefined || answer.status >= 300 || verify.id_pointer === undefined) return undefined
  const document = jsonOf(new TextDecoder().decode(answer.body))
  const account = textAt(document, verify.id_pointer)
  if (account === undefined) return undefined
  const label = verify.label_pointer === undefined ? undefined : textAt(document, verify.label_pointer)
  return { id: account, label: label ?? account }
}
