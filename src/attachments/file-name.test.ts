import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cleanFileName } from './file-name.ts'

it.each([
  ['plan.pdf', 'plan.pdf'],
  ['/etc/passwd', 'passwd'],
  ['C:\\Users\\ada\\plan.pdf', 'plan.pdf'],
  ['..', 'file'],
  ['.bashrc', 'bashrc'],
  ['a\r\nb: c.txt', 'ab_ c.txt'],
  ['invoice\u202egnp.exe', 'invoicegnp.exe'],
  ['Übersicht 東京.png', 'Übersicht 東京.png'],
  ['', 'file'],
])('cleans %j to %j', (given, clean) => {
  expect(cleanFileName(given)).toBe(clean)
})

it('shortens a long name and keeps its ending', () => {
  const name = cleanFileName(`${'東'.repeat(300)}.tar`)
  expect(name).toMatch(/東\.tar$/)
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200)
})

it('never gives a path, a control character, nothing, or too much', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
      const name = cleanFileName(given)
      expect(name).toMatch(/^[^/\\\p{Cc}]+$/u)
      expect(name.startsWith('.')).toBe(false)
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200)
    }),
  )
})
