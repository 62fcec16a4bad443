import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sealEnvelope } from './envelope.ts'
import { createKeyring, createVault } from './vault.ts'

const place = { table: 'bots', row: 'bot_1', field: 'secrets' }

describe('the vault', () => {
  const keyring = createKeyring(randomBytes(32))
  const vault = createVault({ keyring })

  it('opens what it sealed, whatever the text and the place', () => {
    const places = fc.record({ table: fc.string(), row: fc.string(), field: fc.string() })
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), places, (text, where) => {
        expect(vault.open(sealEnvelope(keyring.current, text, where), where)).toBe(text)
      }),
    )
  })

  it('seals the same text differently each time, in printable characters that name the master key', () => {
    const [one, two] = [vault.seal('token', place), vault.seal('token', place)]
    expect(one).not.toBe(two)
    expect(one).toMatch(/^v1\.[0-9a-f]{16}\.[\w-]+\.[\w-]+$/)
    expect(one.split('.')[1]).toBe(vault.keyId)
  })

  it('opens with an older key what was sealed with it, and seals with the current one', () => {
    const [older, newer] = [randomBytes(32), randomBytes(32)]
    const sealed = createVault({ keyring: createKeyring(older) }).seal('token', place)
    const next = createVault({ keyring: createKeyring(newer, [older]) })
    expect(next.open(sealed, place)).toBe('token')

    const rewrapped = next.rewrap(sealed, place)
    expect(createVault({ keyring: createKeyring(newer) }).open(rewrapped, place)).toBe('token')
    expect(rewrapped.split('.')[3]).toBe(sealed.split('.')[3])
  })

  it.each([0, 16, 31, 33])('takes no master key of %i bytes', (size) => {
    expect(() => createKeyring(randomBytes(size))).toThrow(/32 bytes/)
  })
})
