import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAudit } from '../../audit/audit.ts'
import { createIds } from '../../lib/ids.ts'
import { createLog } from '../../lib/log.ts'
import { createKeyring, createVault } from '../../vault/vault.ts'
import { createTokenFormat } from '../format.ts'
import { createTokenHouse, type TokenHouse } from '../testing/house.ts'
import { createTokenLife } from './life.ts'

let house: TokenHouse
beforeAll(async () => {
  house = await createTokenHouse()
})
afterAll(() => house.stop())

it('a change that is done does not look undone when nobody can say where it counts', async () => {
  const clock = { now: () => Date.now() }
  const ids = createIds(clock.now)
  const { db } = house.database
  const life = createTokenLife({
    db,
    ids,
    clock,
    audit: createAudit({ ids, clock }),
    vault: createVault({ keyring: createKeyring(randomBytes(32)) }),
    format: createTokenFormat('of this house'),
    isAgent: () => true,
    memory: { receipt: () => Promise.reject(new Error('The database is gone.')) },
    log: createLog('silent'),
  })
  const nowhere = { effective: 'partial', replicas: 0, behind: [] }
  const { token, secret, receipt } = await life.issue(house.ada, { name: 'x', permissions: ['CHAT'] })
  expect(receipt).toMatchObject(nowhere)
  expect(await house.tokens.receipt()).toMatchObject({ effective: 'all' })
  expect(await house.tokens.check(secret, {})).toMatchObject({ code: 'VALID' })
  expect(await life.revoke(house.ada, token.id)).toMatchObject(nowhere)
  expect((await life.find(house.ada, token.id)).revokedAt).not.toBeNull()
})
