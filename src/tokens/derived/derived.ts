import { LRUCache } from 'lru-cache'
import { maxChainSize, splitChain, verifyChain, type Chain } from '../../grants/chain.ts'
import type { Narrowing } from '../../grants/narrowing.ts'
import type { TokenFacts } from '../facts.ts'
import type { Known, TokenMemory } from '../memory/memory.ts'
import type { DerivationKeys } from './derivation-key.ts'
import { narrowedFacts } from './narrowed-facts.ts'

/** A derived token: its parent's facts as far as they are left to it, and its parent's secret. */
export interface KnownChild extends Known {
  narrowed: Narrowing
}

/**
 * Tokens that the holders of others made (docs/derived-tokens.md). What is remembered of them is that they were made
 * of a secret's right, and how narrow they are; whether their parent counts is asked each time.
 */
export interface DerivedTokens {
  /** At once for what was seen before. Throws as `TokenMemory.find` and `DerivationKeys.find`. */
  find(text: string): KnownChild | undefined | Promise<KnownChild | undefined>
}

interface Verified {
  /** Of the parent's secret. */
  hash: string
  narrowing: Narrowing
  /** Worked out again when the parent's facts are others. */
  left: { of: TokenFacts; facts: TokenFacts | undefined } | undefined
}

interface Dependencies {
  memory: Pick<TokenMemory, 'findByHash'>
  keys: DerivationKeys
}

const maxVerified = 5_000
/** The raw SHA-256 in base64url, whose last character holds two bits that are zero. */
const headForm = /^pd_([\w-]{42}[AEIMQUYcgkosw048])$/

export function createDerivedTokens({ memory, keys }: Dependencies): DerivedTokens {
  const verified = new LRUCache<string, Verified>({ max: maxVerified })
  const childNow = (known: Verified) => {
    const parent = memory.findByHash(known.hash)
    return parent instanceof Promise ? parent.then((found) => childOf(known, found)) : childOf(known, parent)
  }
  const verify = async (text: string, hash: string, chain: Chain, parent: Promise<Known | undefined>) => {
    // First: what names no parent that exists leads to no query for its key.
    if ((await parent) === undefined) return undefined
    const key = await keys.find(hash)
    const narrowing = key && verifyChain(chain, key)
    if (narrowing === undefined) return undefined
    const known = { hash, narrowing, left: undefined }
    verified.set(text, known)
    // The parent as it is now, and not as it was before its key was waited for.
    return childNow(known)
  }
  return {
    find(text) {
      if (text.length > maxChainSize) return undefined
      const known = verified.get(text)
      if (known !== undefined) return childNow(known)
      const chain = splitChain(text)
      const hash = chain && hashIn(chain.head)
      if (chain === undefined || hash === undefined) return undefined
      const parent = memory.findByHash(hash)
      return parent === undefined ? undefined : verify(text, hash, chain, Promise.resolve(parent))
    },
  }
}

function childOf(known: Verified, parent: Known | undefined): KnownChild | undefined {
  if (parent === undefined) return undefined
  const { facts: of, secret } = parent
  if (known.left?.of !== of) known.left = { of, facts: narrowedFacts(of, known.narrowing) }
  const { facts } = known.left
  return facts && { facts, secret, narrowed: known.narrowing }
}

function hashIn(head: string): string | undefined {
  const text = headForm.exec(head)?.[1]
  return text === undefined ? undefined : Buffer.from(text, 'base64url').toString('hex')
}
