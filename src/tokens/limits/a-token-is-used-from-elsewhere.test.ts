import { describe, expect, it } from 'vitest'
import { isAddressRange, mayComeFrom, normalRange } from './addresses.ts'

const from = (addresses: string[] | null, address?: string) => mayComeFrom({ addresses }, address)

describe('a token with an allow-list is used', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['10.0.0.0/8', '10.255.3.4'],
    ['10.1.2.3/8', '10.255.3.4'],
    ['10.0.0.0/8', '::ffff:10.0.0.1'],
    ['10.0.0.0/8', '::FFFF:0a00:0001'],
    ['10.0.0.0/8', '0:0:0:0:0:ffff:10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.0/104', '10.9.9.9'],
    ['::ffff:10.0.0.0/104', '::ffff:10.9.9.9'],
    ['0.0.0.0/0', '203.0.113.9'],
    ['2001:db8::/32', '2001:db8:ffff::1'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['::/0', '2001:db8::1'],
    ['fe80::/10', 'fe80::1%eth0'],
    ['fe80::1', 'fe80::1%3'],
    ['::1', '::1'],
  ])('from %s: %s', (range, address) => {
    expect(from([range], address)).toBe(true)
    expect(from(['192.0.2.1', range], address)).toBe(true)
  })

  it.each([
    ['10.0.0.1', '10.0.0.2'],
    ['10.0.0.0/8', '11.0.0.0'],
    ['10.0.0.0/31', '10.0.0.2'],
    ['10.0.0.0/8', '::ffff:11.0.0.1'],
    ['10.0.0.0/8', '::10.0.0.1'],
    ['10.0.0.0/8', '2002:a00:1::'],
    ['::ffff:10.0.0.0/104', '11.0.0.1'],
    ['0.0.0.0/0', '2001:db8::1'],
    ['::/0', '10.0.0.1'],
    ['::/0', '::ffff:10.0.0.1'],
    ['2001:db8::/32', '2001:db9::1'],
    ['2001:db8::/33', '2001:db8:8000::1'],
    ['fe80::1', 'fe80::2%eth0'],
  ])('never from elsewhere than %s: %s', (range, address) => {
    expect(from([range], address)).toBe(false)
  })

  it.each([
    '',
    ' ',
    'unknown',
    'localhost',
    '10.0.0.1:443',
    '[::1]',
    '[::1]:443',
    ' 10.0.0.1',
    '10.0.0.1 ',
    '10.0.0',
    '010.0.0.1',
    '167772161',
    '0x0a000001',
    '10.0.0.1%eth0',
    '10.0.0.1, 192.0.2.1',
    '10.0.0.1/32',
    '10.0.0.1\n',
    '::1%',
    '%',
    ':::',
    '1'.repeat(10_000),
  ])('never from %j, which is no address', (address) => {
    expect(from(['0.0.0.0/0', '::/0'], address)).toBe(false)
  })

  it('never where the address is unknown, nor with a list that names nobody', () => {
    expect(from(['0.0.0.0/0', '::/0'])).toBe(false)
    expect(from([], '10.0.0.1')).toBe(false)
    expect(from(['nonsense', '10.0.0.0/99'], '10.0.0.1')).toBe(false)
  })

  it('by the list of its present facts', () => {
    const [before, after] = [{ addresses: ['10.0.0.1'] }, { addresses: ['10.0.0.2'] }]
    expect([mayComeFrom(before, '10.0.0.1'), mayComeFrom(after, '10.0.0.1')]).toEqual([true, false])
    expect([mayComeFrom(before, '10.0.0.1'), mayComeFrom(after, '10.0.0.2')]).toEqual([true, true])
  })
})

it('without an allow-list it is used from anywhere', () => {
  expect([from(null), from(null, 'nonsense'), from(null, '10.0.0.1')]).toEqual([true, true, true])
})

describe('an entry of an allow-list', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['10.0.0.1/32', '10.0.0.1'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.255.255.255/9', '10.128.0.0/9'],
    ['1.2.3.4/0', '0.0.0.0/0'],
    ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['2001:DB8:0::1/128', '2001:db8::1'],
    ['2001:db8:1:2:3:4:5:6/33', '2001:db8::/33'],
    ['2001:db8:ffff:2:3:4:5:6/33', '2001:db8:8000::/33'],
    ['::/0', '::/0'],
  ])('%s is kept as %s', (text, normal) => {
    expect([isAddressRange(text), normalRange(text)]).toEqual([true, normal])
    expect(normalRange(normal)).toBe(normal)
  })

  it.each([
    '',
    '/8',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '10.0.0.0/ 8',
    '10.0.0.0/0x8',
    '10.0.0.0-10.0.0.9',
    '10.0.0.*',
    '::/129',
    '::ffff:10.0.0.0/95',
    'fe80::1%eth0',
    'example.com',
  ])('is never %j', (text) => {
    expect([isAddressRange(text), normalRange(text)]).toEqual([false, undefined])
  })
})
