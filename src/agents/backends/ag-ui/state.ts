import { fieldsOf, listOf, stringOf } from '../../../lib/json.ts'

/**
 * Applies a JSON Patch (RFC 6902) and returns the new document; the old one stays as it is. Throws if an operation
 * has no place to act on, or a `test` fails.
 */
export function applyPatch(document: unknown, patch: unknown): unknown {
  return listOf(patch).reduce<unknown>((state, operation) => {
    const { op, path, from, value } = fieldsOf(operation)
    const place = keysOf(path)
    switch (op) {
      case 'add':
        return changed(state, place, (parent, key) => insert(parent, key, value), value)
      case 'replace':
        read(state, place)
        return changed(state, place, (parent, key) => set(parent, key, value), value)
      case 'remove':
        read(state, place)
        return changed(state, place, remove, undefined)
      case 'copy':
      case 'move': {
        const moved = read(state, keysOf(from))
        const rest = op === 'copy' ? state : changed(state, keysOf(from), remove, undefined)
        return changed(rest, place, (parent, key) => insert(parent, key, structuredClone(moved)), moved)
      }
      case 'test':
        if (JSON.stringify(read(state, place)) !== JSON.stringify(value)) throw new Error('A test failed.')
        return state
      default:
        throw new Error('There is no such operation.')
    }
  }, document)
}

type Container = Record<string, unknown> | unknown[]

/** A JSON Pointer (RFC 6901) as its keys. */
function keysOf(pointer: unknown): string[] {
  const keys = stringOf(pointer).split('/').slice(1)
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function read(document: unknown, keys: readonly string[]): unknown {
  return keys.reduce((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key))
      throw new Error('There is no such place.')
    return (value as Record<string, unknown>)[key]
  }, document)
}

/** A copy in which `change` was made to the container of the last key; `whole` if there is no key at all. */
function changed(
  document: unknown,
  keys: readonly string[],
  change: (parent: Container, key: string) => void,
  whole: unknown,
): unknown {
  const last = keys.at(-1)
  if (last === undefined) return whole
  const copy = structuredClone(document)
  const parent = read(copy, keys.slice(0, -1))
  if (typeof parent !== 'object' || parent === null) throw new Error('There is no such place.')
  change(parent as Container, last)
  return copy
}

function insert(parent: Container, key: string, value: unknown) {
  if (!Array.isArray(parent)) set(parent, key, value)
  else parent.splice(key === '-' ? parent.length : indexIn(parent, key), 0, value)
}

function set(parent: Container, key: string, value: unknown) {
  if (Array.isArray(parent)) parent[indexIn(parent, key)] = value
  // A plain assignment to `__proto__` would change what every object inherits.
  else Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true })
}

function remove(parent: Container, key: string) {
  if (Array.isArray(parent)) parent.splice(indexIn(parent, key), 1)
  else Reflect.deleteProperty(parent, key)
}

function indexIn(list: readonly unknown[], key: string): number {
  const index = Number(key)
  if (!/^\d+$/.test(key) || index > list.length) throw new Error('There is no such place.')
  return index
}
