import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { definedErrors } from '../lib/errors.ts'

const root = join(import.meta.dirname, '..', '..')

/** The rows of docs/reference/errors.md, in their order. */
const rows = [
  ...readFileSync(join(root, 'docs/reference/errors.md'), 'utf8').matchAll(
    /^\| `(\w+)` \| (\d{3}) \| (.+) \|$/gm,
  ),
].map(([, code = '', status, meaning]) => ({ code, status: Number(status), meaning }))

beforeAll(async () => {
  const src = join(root, 'src')
  for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.includes('test')) continue
    if (readFileSync(join(src, file), 'utf8').includes('= defineErrors(')) await import(join(src, file))
  }
})

describe('the reference of errors', () => {
  it('has each code that the program defines, with its status, and no other', () => {
    const defined = [...definedErrors()].map(([code, { status }]) => `${code} ${status}`)
    expect(rows.map(({ code, status }) => `${code} ${status}`).sort()).toEqual(defined.sort())
  })

  it('is in alphabetical order', () => {
    const codes = rows.map(({ code }) => code)
    expect(codes).toEqual(codes.toSorted())
  })
})
