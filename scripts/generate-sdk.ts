/**
 * Writes sdk/src/schema.ts, the types of the whole API, from the server's OpenAPI document.
 *
 *   node scripts/generate-sdk.ts [FILE or URL]     if left out, docs/reference/openapi.json
 *   node scripts/generate-sdk.ts --check [...]     writes nothing; exit status 1 if the file is out of date
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import openapiTypescript, { astToString } from 'openapi-typescript'

const root = join(import.meta.dirname, '..')
const target = join(root, 'sdk/src/schema.ts')
const isCheck = process.argv.includes('--check')
const source =
  process.argv.slice(2).find((argument) => argument !== '--check') ??
  join(root, 'docs/reference/openapi.json')

const document = /^https?:/.test(source) ? new URL(source) : pathToFileURL(source)
const types = astToString(await openapiTypescript(document))
const schema = `// Written by scripts/generate-sdk.ts from the server's OpenAPI document. Do not edit.\n\n${types}`

if (!isCheck) {
  await writeFile(target, schema)
} else if ((await readFile(target, 'utf8')) !== schema) {
  console.error('sdk/src/schema.ts is out of date. Run: npm run openapi')
  process.exitCode = 1
}
