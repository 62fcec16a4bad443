import type { TokenFacts } from '../facts.ts'

/** Whether a token may be used from an address; one with an allow-list may not where the address is unknown. */
export function mayComeFrom({ addresses }: TokenFacts, address: string | undefined): boolean {
  return addresses === null || (address !== undefined && addresses.includes(address))
}
