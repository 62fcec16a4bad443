import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

/** One line of a benchmark's table. */
export type Row = Record<string, string | number>

/** Runs bench/NAME.ts, prints its table and keeps it in bench/results/NAME.json. */
const [name] = process.argv.slice(2)
if (name === undefined || !/^[a-z-]+$/.test(name)) {
  process.stderr.write('Usage: npm run bench -- NAME, where bench/NAME.ts is a benchmark.\n')
  process.exit(2)
}
const { bench } = (await import(`./${name}.ts`)) as { bench: () => Promise<Row[]> }
const rows = await bench()
console.table(rows)
const results = join(import.meta.dirname, 'results')
await mkdir(results, { recursive: true })
const record = {
  ranAt: new Date().toISOString(),
  node: process.version,
  cpus: availableParallelism(),
  rows,
}
await writeFile(join(results, `${name}.json`), `${JSON.stringify(record, null, 2)}\n`)
process.exit(0)
