import { BlockList, isIPv4, isIPv6 } from 'node:net'
import type { TokenFacts } from '../facts.ts'

type Allowed = Pick<TokenFacts, 'addresses'>

/**
 * Whether a token may be used from an address; one with an allow-list may not where the address is unknown, or no IP
 * address. IPv4 that is written as IPv6 (`::ffff:10.0.0.1`) is IPv4, in the list and in the address; a zone
 * (`fe80::1%eth0`) is not looked at.
 */
export function mayComeFrom(facts: Allowed, address: string | undefined): boolean {
  if (facts.addresses === null) return true
  if (address === undefined) return false
  const from = parse(address.includes(':') ? address.replace(zone, '') : address)
  if (from === undefined) return false
  return listsOf(facts, facts.addresses)[from.family].check(textOf(from), from.family)
}

/** Whether a text is an IP address or a CIDR range, IPv4 or IPv6, as an allow-list takes it. */
export function isAddressRange(text: string): boolean {
  return rangeOf(text) !== undefined
}

/**
 * An address or a range as it is kept: without the bits that its prefix leaves out, IPv6 by RFC 5952, IPv4 that was
 * written as IPv6 as IPv4. Undefined where it is none.
 */
export function normalRange(text: string): string | undefined {
  const range = rangeOf(text)
  if (range === undefined) return undefined
  const { address, prefix } = range
  return prefix === bitsOf(address) ? textOf(address) : `${textOf(address)}/${prefix}`
}

/** Bytes of IPv4, groups of 16 bits of IPv6. */
interface Address {
  family: 'ipv4' | 'ipv6'
  parts: number[]
}

interface Range {
  address: Address
  prefix: number
}

/** One for each family: `::/0` is all of IPv6, which a list of both would take for IPv4 too. */
type Lists = Record<Address['family'], BlockList>

/** Facts are replaced when they change, and their lists go with them. */
const compiled = new WeakMap<Allowed, Lists>()

function listsOf(facts: Allowed, addresses: readonly string[]): Lists {
  const known = compiled.get(facts)
  if (known !== undefined) return known
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() }
  for (const text of addresses) {
    const range = rangeOf(text)
    if (range === undefined) continue
    const { address, prefix } = range
    lists[address.family].addSubnet(textOf(address), prefix, address.family)
  }
  compiled.set(facts, lists)
  return lists
}

const mapped = '::ffff:'
const zone = /%[^%]+$/
const decimal = /^(?:0|[1-9]\d{0,2})$/

function rangeOf(text: string): Range | undefined {
  const [before = '', after, ...rest] = text.split('/')
  const given = parse(before)
  if (given === undefined || rest.length > 0) return undefined
  if (after === undefined) return { address: given, prefix: bitsOf(given) }
  if (!decimal.test(after)) return undefined
  // The prefix counts the bits as they were written.
  const shift = given.family === 'ipv4' && isIPv6(before) ? 96 : 0
  const prefix = Number(after) - shift
  if (prefix < 0 || prefix > bitsOf(given)) return undefined
  return { address: { ...given, parts: masked(given, prefix) }, prefix }
}

function parse(text: string): Address | undefined {
  // So a socket for both families writes IPv4: with each request, and a URL need not be parsed for it.
  const plain = text.startsWith(mapped) ? text.slice(mapped.length) : text
  if (isIPv4(plain)) return { family: 'ipv4', parts: plain.split('.').map(Number) }
  if (!isIPv6(text) || text.includes('%')) return undefined
  const [head = [], tail] = canonical(text)
    .split('::')
    .map((side) => side.split(':').flatMap((group) => (group === '' ? [] : [Number.parseInt(group, 16)])))
  const gap = tail === undefined ? [] : Array<number>(8 - head.length - tail.length).fill(0)
  const parts = [...head, ...gap, ...(tail ?? [])]
  const [high = 0, low = 0] = parts.slice(6)
  if (parts.slice(0, 6).join(':') !== '0:0:0:0:0:65535') return { family: 'ipv6', parts }
  return { family: 'ipv4', parts: [high >> 8, high & 255, low >> 8, low & 255] }
}

/** The URL parser writes IPv6 in its one canonical form (RFC 5952, without dots). */
function canonical(text: string): string {
  return new URL(`http://[${text}]`).hostname.slice(1, -1)
}

function textOf({ family, parts }: Address): string {
  if (family === 'ipv4') return parts.join('.')
  return canonical(parts.map((part) => part.toString(16)).join(':'))
}

function bitsOf({ family }: Address): number {
  return family === 'ipv4' ? 32 : 128
}

function masked(address: Address, prefix: number): number[] {
  const width = bitsOf(address) / address.parts.length
  return address.parts.map((part, index) => {
    const kept = Math.min(Math.max(prefix - index * width, 0), width)
    return (part >> (width - kept)) << (width - kept)
  })
}
