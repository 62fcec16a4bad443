import type { Provider } from '../api/integrations.ts'
import { isOpen } from './provider-ways.ts'

/** What people may type to find a provider. */
export function findProviders(providers: readonly Provider[], typed: string): Provider[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  return providers
    .map((provider) => ({ provider, rank: rankOf(provider, words) }))
    .filter(({ rank }) => rank > 0)
    .toSorted((one, other) => other.rank - one.rank)
    .map(({ provider }) => provider)
}

/** 0: does not fit. Names come before other words, and beginnings before what is in the middle of a word. */
function rankOf({ name: id, display_name, aliases, category }: Provider, words: string[]): number {
  const name = display_name.toLowerCase()
  const others = [category, ...aliases].map((alias) => alias.toLowerCase())
  const ranks = words.map((word) => {
    if (name.startsWith(word) || id.startsWith(word)) return 4
    if (name.split(/[^\p{L}\p{N}]+/u).some((part) => part.startsWith(word))) return 3
    if (others.some((other) => other.startsWith(word))) return 2
    return [name, ...others].some((other) => other.includes(word)) ? 1 : 0
  })
  return words.length === 0 ? 1 : Math.min(...ranks)
}

/** By category, in the order of `order`; in each those that can be connected now come first. */
export function groupProviders<Category extends string>(
  providers: readonly Provider[],
  order: readonly Category[],
): { category: Category; providers: Provider[] }[] {
  return order
    .map((category) => ({
      category,
      providers: providers
        .filter((provider) => provider.category === category)
        .toSorted((one, other) => Number(isOpen(other)) - Number(isOpen(one))),
    }))
    .filter((group) => group.providers.length > 0)
}
