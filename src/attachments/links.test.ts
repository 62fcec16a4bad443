import { expect, it } from 'vitest'
import { createLinks } from './links.ts'

const hour = 60 * 60 * 1000
let now = 1_700_000_000_000
const links = createLinks({ secret: 'a', publicUrl: 'https://portico.test', clock: { now: () => now } })

function partsOf(url: string) {
  const { searchParams } = new URL(url)
  return { expires: searchParams.get('expires') ?? '', signature: searchParams.get('signature') ?? '' }
}

it('opens one file for an hour', () => {
  const url = links.sign('fil_1')
  expect(url).toMatch(/^https:\/\/portico\.test\/api\/files\/fil_1\?/)
  links.verify('fil_1', partsOf(url))
  now += hour - 1000
  links.verify('fil_1', partsOf(url))
  now += 3000
  expect(() => links.verify('fil_1', partsOf(url))).toThrow(/file_link_expired/)
})

it('does not open another file, live longer than signed, or take another key', () => {
  const { expires, signature } = partsOf(links.sign('fil_1'))
  const refused = [
    ['fil_2', { expires, signature }],
    ['fil_1', { expires: String(Number(expires) + 1), signature }],
    ['fil_1', { expires, signature: '' }],
    ['fil_1', { expires, signature: `${signature.slice(0, -2)}AA` }],
    ['fil_1', { expires: 'NaN', signature }],
  ] as const
  for (const [id, link] of refused) expect(() => links.verify(id, link)).toThrow(/file_link_invalid/)
  const others = createLinks({ secret: 'b', publicUrl: 'x', clock: { now: () => now } })
  expect(() => others.verify('fil_1', { expires, signature })).toThrow(/file_link_invalid/)
})
