import { BlockList, isIPv4, isIPv6 } from 'node:net'

/**
 * Whether an IP address is one of the public internet. Private, loopback, link-local, shared, multicast and reserved
 * ones are not, nor are documented addresses of cloud metadata services; what is no address in its usual notation is
 * not either. IPv4 addresses that are written as IPv6 (mapped, or for NAT64) count as what they stand for.
 * https://www.iana.org/assignments/iana-ipv4-special-registry and .../iana-ipv6-special-registry
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4')
  if (!isIPv6(address) || address.includes('%')) return false
  const embedded = embeddedIPv4(address)
  if (embedded !== undefined) return isPublicAddress(embedded)
  return unicast.check(address, 'ipv6') && !special.check(address, 'ipv6')
}

const special = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // Azure's host: metadata and key distribution for virtual machines, on an address that looks public.
  ['168.63.129.16', 32],
] as const)
  special.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  // IETF protocol assignments, Teredo among them; documentation; 6to4; documentation.
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  special.addSubnet(network, prefix, 'ipv6')

/** All that has been given out for use on the internet: the rest is special or nobody's. */
const unicast = new BlockList()
unicast.addSubnet('2000::', 3, 'ipv6')

const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/
const nat64 = /^64:ff9b::(?:([\da-f]{1,4}):)?([\da-f]{1,4})$/

function embeddedIPv4(address: string): string | undefined {
  // The URL parser writes IPv6 in its one canonical form (RFC 5952, without dots).
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const match = mapped.exec(canonical) ?? nat64.exec(canonical)
  if (match === null) return undefined
  const [high, low] = [match[1] ?? '0', match[2] ?? '0'].map((part) => Number.parseInt(part, 16))
  const value = [high ?? 0, low ?? 0]
  return value.flatMap((part) => [part >> 8, part & 255]).join('.')
}

/** A host as it is compared: without the brackets of IPv6, the dot at the end of a full name, and upper case. */
export function bareName(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
}
