import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { sealedColumns } from './sealed-columns.ts'
import { createKeyring, createVault } from './vault.ts'

const place = { table: 'bots', row: 'bot_1', field: 'secrets' }
const key = randomBytes(32)
const vault = createVault({ keyring: createKeyring(key) })
const secret = 'xoxb-do-not-show'
const refused = /sealed_value_refused/
const sealed = vault.seal(secret, place)

describe('a sealed text never opens', () => {
  it.each([
    ['in another row', { ...place, row: 'bot_2' }],
    ['in another field', { ...place, field: 'settings' }],
    ['in another table', { ...place, table: 'credentials' }],
    ['where the parts of the place are cut differently', { table: 'bot', row: 'sbot_1', field: 'secrets' }],
  ])('%s', (_where, elsewhere) => {
    expect(() => vault.open(sealed, elsewhere)).toThrow(/sealed_value_refused/)
  })

  it('with any one bit flipped', () => {
    const [version, keyId, ...parts] = sealed.split('.')
    for (const [index, part] of parts.entries()) {
      const bytes = Buffer.from(part, 'base64url')
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = Buffer.from(bytes)
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const changed = parts.with(index, flipped.toString('base64url'))
        expect(() => vault.open([version, keyId, ...changed].join('.'), place)).toThrow(
          /sealed_value_refused/,
        )
      }
    }
  })

  it('when it is cut off anywhere, or has more than it should', () => {
    for (let length = 0; length < sealed.length; length++)
      expect(() => vault.open(sealed.slice(0, length), place)).toThrow(/sealed_value_refused/)
    for (const more of ['=', 'A', '.', ' ', '\n'])
      expect(() => vault.open(sealed + more, place)).toThrow(/sealed_value_refused/)
  })

  it('with the parts of another sealed text of the same place', () => {
    const [version, keyId, wrapped] = sealed.split('.')
    const other = vault.seal('another', place).split('.')[3]
    expect(() => vault.open([version, keyId, wrapped, other].join('.'), place)).toThrow(
      /sealed_value_refused/,
    )
  })

  it('under a key that is not in the keyring, or under another key that goes by its name', () => {
    const stranger = createVault({ keyring: createKeyring(randomBytes(32)) })
    expect(() => stranger.open(sealed, place)).toThrow(/sealed_value_refused/)
    const renamed = sealed.replace(vault.keyId, stranger.keyId)
    expect(() => stranger.open(renamed, place)).toThrow(/sealed_value_refused/)
  })

  it('and is never rewrapped once it was changed', () => {
    const damaged = sealed.slice(0, -2) + (sealed.endsWith('AA') ? 'BA' : 'AA')
    expect(() => vault.rewrap(damaged, place)).toThrow(/sealed_value_refused/)
  })
})

describe.each(sealedColumns)('a secret of $table.$field never opens', ({ table, field }) => {
  const home = { table, row: 'row_1', field }
  const stored = vault.seal(secret, home)

  it('in any other sealed column, in its row or another', () => {
    const elsewhere = sealedColumns.filter((column) => column.table !== table || column.field !== field)
    for (const column of elsewhere)
      for (const row of ['row_1', 'row_2'])
        expect(() => vault.open(stored, { table: column.table, row, field: column.field })).toThrow(refused)
    expect(() => vault.open(stored, { ...home, row: 'row_2' })).toThrow(refused)
    expect(vault.open(stored, home)).toBe(secret)
  })

  it('nor is it wrapped anew there, with a bit flipped, or cut off', () => {
    expect(() => vault.rewrap(stored, { ...home, row: 'row_2' })).toThrow(refused)
    const [version, keyId, wrapped, text = ''] = stored.split('.')
    const bytes = Buffer.from(text, 'base64url')
    bytes[3] = (bytes[3] ?? 0) ^ 1
    const flipped = [version, keyId, wrapped, bytes.toString('base64url')].join('.')
    for (const damaged of [flipped, stored.slice(0, -4), stored.slice(0, stored.length / 2)])
      for (const use of ['open', 'rewrap'] as const) expect(() => vault[use](damaged, home)).toThrow(refused)
  })
})

it('says neither secret nor key in a refusal, however deep one looks', () => {
  const refusal = (() => {
    try {
      return vault.open(sealed, { ...place, row: 'bot_2' })
    } catch (error) {
      return inspect(error, { depth: 10, showHidden: true })
    }
  })()
  expect(refusal).toContain('bots.secrets of bot_2')
  for (const text of [secret, sealed, key.toString('hex'), key.toString('base64'), key.toString('base64url')])
    expect(refusal).not.toContain(text)
})
