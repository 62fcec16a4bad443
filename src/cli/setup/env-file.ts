import { chmod, rename, writeFile } from 'node:fs/promises'
import { parseEnv } from 'node:util'

/** Sets variables in the text of an `.env` file; every other line stays as it is. */
export function mergeEnv(text: string, values: ReadonlyMap<string, string>): string {
  let merged = text
  for (const [name, value] of values) {
    const line = `${name}=${quote(name, value)}`
    const present = lineOf(name)
    if (parseEnv(merged)[name] === value) continue
    if (present.test(merged)) merged = merged.replace(present, () => line)
    else merged += `${merged === '' || merged.endsWith('\n') ? '' : '\n'}${line}\n`
  }
  return merged
}

/** Replaces the file in one step; readable by its owner only. */
export async function writeEnvFile(file: string, text: string): Promise<void> {
  const unfinished = `${file}.new`
  await writeFile(unfinished, text, { mode: 0o600 })
  await chmod(unfinished, 0o600)
  await rename(unfinished, file)
}

/** A value in quotes may have several lines: https://nodejs.org/api/environment_variables.html#dotenv */
function lineOf(name: string): RegExp {
  return new RegExp(
    `^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=[ \\t]*(?:'[^']*'|"[^"]*"|\`[^\`]*\`|[^\\n]*)`,
    'm',
  )
}

/** The first way of writing that reads as the value. */
function quote(name: string, value: string): string {
  const ways = [value, `'${value}'`, `\`${value}\``, `"${value}"`]
  const way = ways.find((written) => parseEnv(`${name}=${written}\n_=`)[name] === value && isWhole(written))
  if (way === undefined) throw new Error(`The value of ${name} has every kind of quote: .env cannot hold it.`)
  return way
}

/** Other readers of such files, such as Docker Compose, put variables in where there are no single quotes. */
function isWhole(written: string): boolean {
  return /^['`"]/.test(written) || /^[\w.:/+=@-]+$/.test(written)
}
