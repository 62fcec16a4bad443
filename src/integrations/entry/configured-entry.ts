import type { ConfigProblem } from '../../config/problems.ts'
import { isRecord } from '../../lib/json.ts'
import { nearest } from '../../lib/nearest.ts'
import type { ConfiguredProvider } from '../catalogue.ts'
import { checkEntry } from './check-entry.ts'
import { shapeProblems } from './shape.ts'
import type { OAuthClient, Provider } from '../provider.ts'

/** What portico.yaml says of one provider: fields of its entry, and `client_id` and `client_secret`. */
export type Override = Readonly<Record<string, unknown>>

interface Request {
  id: string
  override: Override
  /** Undefined: the catalogue does not have it, so the override is the whole of it. */
  entry: Provider | undefined
  /** The ids of the catalogue, for who meant one of them. */
  known: readonly string[]
  allowHosts: readonly string[]
}

type Outcome = { provider?: ConfiguredProvider; problems: readonly ConfigProblem[] }

/**
 * Lays what the configuration says over an entry, field by field: mappings are merged, lists and `inject` are replaced.
 * Problems have their path in portico.yaml, and never a value.
 */
export function configureEntry({ id, override, entry, known, allowHosts }: Request): Outcome {
  const at = `integrations.providers.${id}`
  const { client_id: clientId, client_secret: secret, ...fields } = override
  const { client, problems } = clientOf(clientId, secret)
  const whole = merge(entry ?? ownEntry(id), fields)
  const mistaken = [...problems, ...findMistakes(whole, id, allowHosts)]
  if (mistaken.length === 0) return { provider: { ...(whole as Provider), client }, problems: [] }
  const meant = entry === undefined ? nearest(id, known) : undefined
  const hint =
    meant === undefined ? [] : [{ path: at, message: `is not in the catalogue. Did you mean ${meant}?` }]
  return {
    problems: [
      ...hint,
      ...mistaken.map((one) => ({ ...one, path: one.path === '' ? at : `${at}.${one.path}` })),
    ],
  }
}

/** What an operator need not say of a provider of their own. That nobody checked it is the date of no day. */
function ownEntry(id: string) {
  return {
    id,
    name: id,
    category: 'generic',
    evidence: ['configured here'],
    checked_on: '1970-01-01',
    confidence: 'high',
  }
}

function findMistakes(
  whole: Record<string, unknown>,
  id: string,
  allowHosts: readonly string[],
): ConfigProblem[] {
  const shape = shapeProblems(whole)
  if (shape.length > 0) return shape
  const moved = whole['id'] === id ? [] : [{ path: 'id', message: 'must be the name under which it stands.' }]
  return [...moved, ...checkEntry(whole as Provider, allowHosts)]
}

/** Texts alone: a number would have lost digits before anybody could see it. */
function clientOf(
  id: unknown,
  secret: unknown,
): { client: OAuthClient | undefined; problems: ConfigProblem[] } {
  const isText = (value: unknown) => value === undefined || (typeof value === 'string' && value !== '')
  const problems = [
    ...(isText(id) ? [] : [{ path: 'client_id', message: 'must be a text: put it in quotes.' }]),
    ...(isText(secret) ? [] : [{ path: 'client_secret', message: 'must be a text: put it in quotes.' }]),
    ...(id === undefined && secret !== undefined
      ? [{ path: 'client_id', message: 'is missing beside client_secret.' }]
      : []),
  ]
  const client =
    typeof id === 'string' ? { id, secret: typeof secret === 'string' ? secret : undefined } : undefined
  return { client, problems }
}

function merge(under: object, over: object): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(merged, key) ? merged[key] : undefined
    // Of the ways in which a secret travels there is one at a time.
    const isMerged = key !== 'inject' && isRecord(value) && isRecord(below)
    merged[key] = isMerged ? merge(below, value) : value
  }
  return merged
}
