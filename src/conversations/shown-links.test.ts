import { expect, it } from 'vitest'
import { createShownLinks } from './shown-links.ts'

function open() {
  let now = 1_000_000
  let count = 0
  const links = createShownLinks({ now: () => now })
  return {
    links,
    show: async () => `link ${++count}`,
    pass: (minutes: number) => void (now += minutes * 60_000),
  }
}
const github = { userId: 'usr_1', provider: 'github' }
const place = { ...github, purpose: 'trn_1' }

it('gives the same link to all who ask for the same, also at once', async () => {
  const { links, show } = open()
  expect(await Promise.all([links.get(place, show), links.get(place, show)])).toEqual(['link 1', 'link 1'])
  expect(await links.get({ ...place, userId: 'usr_2' }, show)).toBe('link 2')
  expect(await links.get({ ...place, purpose: 'trn_2' }, show)).toBe('link 3')
})

it('makes a new one when the old one is about to expire', async () => {
  const { links, show, pass } = open()
  await links.get(place, show)
  pass(24)
  expect(await links.get(place, show)).toBe('link 1')
  pass(2)
  expect(await links.get(place, show)).toBe('link 2')
})

it('keeps none that could not be shown', async () => {
  const { links, show } = open()
  const failed = links.get(place, () => Promise.reject(new Error('no database')))
  await expect(failed).rejects.toThrow('no database')
  expect(await links.get(place, show)).toBe('link 1')
})

it('forgets those of an account that was connected, and no others', async () => {
  const { links, show } = open()
  await links.get(place, show)
  links.set({ ...place, provider: 'gitlab' }, 'gitlab link')
  links.forget(github)
  expect(await links.get(place, show)).toBe('link 2')
  expect(await links.get({ ...place, provider: 'gitlab' }, show)).toBe('gitlab link')
})
