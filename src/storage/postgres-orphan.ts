import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../lib/log.ts'
import { sleep } from '../lib/sleep.ts'
import { readPidFile } from './postgres-process.ts'

const patienceMs = 10_000
/** Beyond the process numbers of every platform. */
const noProcess = 2 ** 31 - 1

/**
 * Ends a server that a killed Portico left on `data`. Call with the directory's lock held: then no living
 * Portico owns it. PostgreSQL replaces a stale postmaster.pid by itself, unless its number belongs to a stranger
 * of the same account by now: then it would refuse to start, so the number is taken out.
 */
export async function endOrphan(data: string, log: Log | undefined): Promise<void> {
  const pid = readPidFile(data)?.pid
  if (pid === undefined) return
  if (!isServerOn(pid, data)) {
    if (commandOf(pid) !== '') forgetNumber(join(data, 'postmaster.pid'))
    return
  }
  log?.warn('The database server of a Portico that was killed is still running: it is stopped first.')
  signal(pid, 'SIGINT')
  for (let waited = 0; isServerOn(pid, data); waited += 20) {
    if (waited >= patienceMs) signal(pid, 'SIGQUIT')
    if (waited >= 2 * patienceMs)
      throw new Error(
        `The PostgreSQL server with process id ${pid} on ${data} does not stop: end it by hand.`,
      )
    await sleep(20)
  }
}

/** The rest of the file stays: by it PostgreSQL finds out whether parts of the former server still run. */
function forgetNumber(file: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(noProcess)))
}

function isServerOn(pid: number, data: string): boolean {
  return commandOf(pid).includes(data)
}

function commandOf(pid: number): string {
  try {
    return process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended between the look and the signal.
  }
}
