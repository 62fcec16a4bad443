import type { Tokens } from '../../src/tokens/tokens.ts'
import { childOf } from '../../src/grants/testing/chains.ts'
import { createTokenFormat } from '../../src/tokens/format.ts'
import type { Row } from '../run.ts'
import { layGround, median, rounded } from './house.ts'
import { checkKey, openTokens, settleAda } from './in-process.ts'

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5)
const checksPerRound = 200_000

/** What a check costs in the process, in nanoseconds: without HTTP, and mostly without a promise. */
export async function measureChecks(): Promise<Row[]> {
  const ground = await layGround()
  const ada = await settleAda(ground.database)
  const replica = await openTokens(ground.database, 200_000)
  try {
    const { tokens } = replica
    const { secret } = await tokens.issue(ada, { name: 'Bench', permissions: ['CHAT'] })
    const limits = [{ name: 'requests', limit: 1_000_000_000, windowS: 60, exact: false }]
    const limited = await tokens.issue(ada, { name: 'Limited', permissions: ['CHAT'], limits })
    const format = createTokenFormat(checkKey)
    const foreign = createTokenFormat('of another bench').make('live')
    const child = childOf(secret, { name: 'searcher', permissions: ['CHAT'] })
    const cases = [
      ['a token that counts', 'VALID', secret],
      ['the same, with a rate limit', 'VALID', limited.secret],
      ['one derived from it, seen before', 'VALID', child],
      ['a token made elsewhere', 'NOT_FOUND', foreign],
      ['well made here, but not known', 'NOT_FOUND', format.make('live')],
      ['not of the form', 'NOT_FOUND', 'something'],
    ] as const
    const rows: Row[] = []
    for (const [check, code, text] of cases) rows.push(await measure(tokens, { check, code, text }))
    return rows
  } finally {
    await replica.stop()
    await ground.stop()
  }
}

async function measure(
  tokens: Tokens,
  { check, code, text }: { check: string; code: string; text: string },
): Promise<Row> {
  const first = await tokens.check(text, {})
  if (first.code !== code) throw new Error(`${check} is ${first.code}.`)
  const times: number[] = []
  let promises = 0
  for (let round = 0; round <= rounds; round++) {
    const startedAt = performance.now()
    for (let made = 0; made < checksPerRound; made++)
      if (tokens.check(text, {}) instanceof Promise) promises++
    // The first round warms up.
    if (round > 0) times.push(((performance.now() - startedAt) * 1e6) / checksPerRound)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    check,
    answer: code,
    ns: rounded(median(times)),
    'fastest ns': rounded(Math.min(...times)),
    promises,
  }
}
