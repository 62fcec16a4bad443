import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFinder, type Sighting } from './find.ts'

const token = `pt_live_${'a1B2'.repeat(10)}`
const other = `pt_test_${'Zz09'.repeat(10)}`
const head = Buffer.alloc(32, 7).toString('base64url')

/** Pieces of the given sizes in turn; in the end all in one. */
function find(text: string | Buffer, ...sizes: number[]): Sighting[] {
  const found: Sighting[] = []
  const finder = createFinder((sighting) => found.push(sighting))
  let rest = Buffer.from(text)
  for (let piece = 0; rest.length > 0; piece++) {
    const size = sizes[piece % sizes.length] ?? rest.length
    finder.push(rest.subarray(0, size))
    rest = rest.subarray(size)
  }
  finder.end()
  return found
}
const texts = (text: string | Buffer) => find(text).map(({ text: found }) => found)

describe('a token in a text is found', () => {
  it.each([
    ['alone', token],
    ['in JSON', `{"key":"${token}","n":1}`],
    ['in JSON within JSON', `{"log":"key\\n${token}\\n"}`],
    ['in an address', `https://x.example/?key=${token}&page=1`],
    ['in an encoded address', `https://x.example/?q=%22${token}%22`],
    ['in a diff', `-KEY=${token}\n+KEY=$KEY`],
    ['in an environment file', `PORTICO_KEY=${token}`],
    ['in a header', `authorization: Bearer ${token}\r\nhost: x`],
    ['among bytes that are no text', Buffer.concat([Buffer.alloc(200, 0xff), Buffer.from(token)])],
    ['next to others', `pt_pt_live_${token}`],
  ])('%s', (_, text) => {
    expect(texts(text)).toEqual([token])
  })

  it('twice in a line, of both kinds', () => {
    expect(texts(`${token},${other}`)).toEqual([token, other])
  })

  it('with its line, whatever ends lines', () => {
    expect(find(`a\n\n${token}\n${token}`).map(({ line }) => line)).toEqual([3, 4])
    expect(find(`a\r\n\r\n${token}\r\n${token}`).map(({ line }) => line)).toEqual([3, 4])
  })

  it('wherever the pieces of the text have their borders', () => {
    const text = `x\n${token} y ${other}\n pd_${head}.x`
    for (let size = 1; size <= text.length; size++) expect(find(text, size)).toEqual(find(text))
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(token, other, 'p', 'pt_', 'pt_live_', '_', '\n', ' ', 'é', token.slice(9))),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
        (parts, sizes) => {
          expect(find(parts.join(''), ...sizes)).toEqual(find(parts.join('')))
        },
      ),
    )
  })
})

describe('what is no token', () => {
  it.each([
    ['is one character short', token.slice(0, -1)],
    ['is cut off', `${token.slice(0, -5)}-1234`],
    ['is of no environment', token.replace('live', 'prod')],
    ['has its underscore elsewhere', token.replace('pt_', 'pt-')],
    ['is encoded', Buffer.from(token).toString('base64')],
    ['is nothing', ''],
  ])('%s and is passed over', (_, text) => {
    expect(find(text)).toEqual([])
  })

  it('is told from a word of our form by what stands around it', () => {
    const isWord = (text: string) => find(text).map((sighting) => sighting.isWord)
    expect(isWord(`"${token}"`)).toEqual([true])
    expect(isWord(`${token}x`)).toEqual([false])
    expect(isWord(`x${token}`)).toEqual([false])
  })
})

it('tells the head of a derived token, and that there is a grant', () => {
  expect(find(`pd_${head}.eyJ.c2ln pg_${'W'.repeat(80)}.sig`)).toEqual([
    { kind: 'derived', text: head, line: 1, isWord: true },
    { kind: 'grant', text: '', line: 1, isWord: true },
  ])
})

it('takes one step per byte, also of what looks like the beginning of one again and again', () => {
  const found = find('pt_live_'.repeat(50_000) + token, 65_536)
  expect(found.map(({ text }) => text)).toEqual([token])
})
