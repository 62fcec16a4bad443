import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

/** One line of a benchmark's table. */
export type Row = Record<string, string | number>

/** Runs bench/NAME.ts, prints its table, or several by name, and keeps them in bench/results/NAME.json. */
const [name] = process.argv.slice(2)
if (name === undefined || !/^[a-z-]+$/.test(name)) {
  process.stderr.write('Usage: npm run bench -- NAME, where bench/NAME.ts is a benchmark.\n')
  process.exit(2)
}
type Tables = Record<string, Row[]>
const { bench } = (await import(`./${name}.ts`)) as { bench: () => Promise<Row[] | Tables> }
const result = await bench()
for (const [title, rows] of Object.entries(Array.isArray(result) ? { [name]: result } : result)) {
  console.log(title)
  console.table(rows)
}
const results = join(import.meta.dirname, 'results')
const file = join(results, `${name}.json`)
await mkdir(results, { recursive: true })
const record = {
  ranAt: new Date().toISOString(),
  node: process.version,
  cpus: availableParallelism(),
  ...(Array.isArray(result) ? { rows: result } : { tables: { ...(await tablesIn(file)), ...result } }),
}
await writeFile(file, `${JSON.stringify(record, null, 2)}\n`)
process.exit(0)

/** Those of a run before: where a benchmark has parts, they may be run one by one. */
async function tablesIn(file: string): Promise<Tables> {
  const text = await readFile(file, 'utf8').catch(() => '{}')
  return (JSON.parse(text) as { tables?: Tables }).tables ?? {}
}
