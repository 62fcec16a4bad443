import type { Readable } from 'node:stream'
import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../lib/clock.ts'
import type { Sleep } from '../lib/sleep.ts'
import type { Db } from '../storage/database.ts'
import {
  createLeakSearch,
  endLeaked,
  isUsable,
  untilFollowed,
  type Leak,
  type LeakSearch,
} from '../tokens/tokens.ts'
import type { Context } from './command.ts'
import { explain } from './explain.ts'
import { textsIn } from './tokens-files.ts'
import { describeFindings, describeReceipt } from './tokens-report.ts'

/** What becomes of those that can be used: `tell` only says so. */
export type ScanChoice = 'tell' | 'ask' | 'revoke'

export interface ScanTools extends Pick<Context, 'directory' | 'print' | 'printError'> {
  db: Db
  clock: Clock
  audit: Audit
  sleep: Sleep
  checkKey: string
  /** How long servers may take to say that they know. */
  patienceMs: number
  /** What `-` reads. */
  input: Readable
  confirm: (question: string) => Promise<boolean>
}

const exit = { fine: 0, failed: 1, usable: 3, behind: 4 }

/** `portico tokens scan`; returns the exit code. */
export async function scanAndRevoke(
  tools: ScanTools,
  paths: readonly string[],
  choice: ScanChoice,
): Promise<number> {
  const search = createLeakSearch(tools)
  const isWhole = await readAll(tools, paths, search)
  const findings = await search.findings()
  tools.print(describeFindings(findings))
  const usable = findings.leaks.filter(isUsable)
  const whenRead = isWhole ? exit.fine : exit.failed
  if (usable.length === 0) return whenRead
  if (!(await mayEnd(tools, usable, choice))) return exit.usable
  const ended = await endLeaked(tools, usable)
  const receipt = await untilFollowed(tools, tools.patienceMs)
  tools.print(describeReceipt(ended, receipt))
  return receipt.effective === 'all' ? whenRead : exit.behind
}

/** False when something could not be read; the rest is. */
async function readAll(
  { directory, input, printError }: ScanTools,
  paths: readonly string[],
  search: LeakSearch,
): Promise<boolean> {
  let isWhole = true
  const skipped = (name: string, why: string) => printError(`Skipped ${name}: ${why}.`)
  const fail = (name: string, error: unknown) => {
    isWhole = false
    printError(`${name} could not be read: ${explain(error)}`)
  }
  for await (const text of textsIn({ directory, input, paths, skipped, fail }))
    try {
      await search.read(text.name, text.open())
    } catch (error) {
      if (!isOfReading(error)) throw error
      fail(text.name, error)
    }
  return isWhole
}

/** Errors of the file system have a system call; those of the database do not, and end everything. */
function isOfReading(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && !('port' in error)
}

async function mayEnd(
  { print, confirm }: Pick<ScanTools, 'print' | 'confirm'>,
  usable: readonly Leak[],
  choice: ScanChoice,
): Promise<boolean> {
  const count = usable.length
  if (choice === 'revoke') return true
  if (choice === 'ask') return confirm(`Revoke ${count === 1 ? 'it' : `these ${count}`}?`)
  print(`Nothing was changed: ${count} would be revoked. Run it again with --yes, or at a terminal.`)
  return false
}
