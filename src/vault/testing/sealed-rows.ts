import { sql } from 'kysely'
import type { Db } from '../../storage/database.ts'
import { sealedColumns, type SealedColumn } from '../sealed-columns.ts'
import type { SealedPlace, Vault } from '../vault.ts'

export interface StoredSecret {
  column: SealedColumn
  row: string
  sealed: string
}

const [now, later] = [new Date(), new Date(Date.now() + 3_600_000)]
const times = { created_at: now, expires_at: later }
const owner = { workspace_id: 'wsp_1', user_id: 'usr_1' }
const redirect = 'https://portico.example.com/oauth/callback'
const begun = { ...owner, ...times, provider: 'github', scopes: [], tenant: '{}' }

/** What the tables of sealed columns need beside these. */
const rest: Record<string, (id: string) => Record<string, unknown>> = {
  bots: () => ({
    workspace_id: 'wsp_1',
    channel: 'test',
    name: 'bot',
    agent: 'default',
    settings: '{}',
    source: 'file',
  }),
  webhook_endpoints: () => ({
    workspace_id: 'wsp_1',
    url: 'https://app.example.com',
    description: '',
    events: [],
  }),
  oauth_clients: (id) => ({ provider: id, issuer: redirect, client_id: id, redirect_uri: redirect }),
  credentials: () => ({
    ...owner,
    provider: 'github',
    type: 'oauth2',
    title: 'GitHub',
    asked_scopes: [],
    tenant: '{}',
    learned: '{}',
    created_at: now,
    updated_at: now,
  }),
  oauth_states: () => ({ ...begun, kind: 'own', callback_url: redirect, metadata: '{}' }),
  device_logins: () => ({ ...begun, interval_s: 5, next_poll_at: now }),
  revocations: (id) => ({
    ...owner,
    credential_id: id,
    provider: 'github',
    title: 'GitHub',
    state: 'pending',
    tenant: '{}',
    learned: '{}',
    receipt: '[]',
    created_at: now,
  }),
  token_check_keys: () => ({}),
  api_token_secrets: () => ({ token_id: 'tok_1', last_four: '1234', created_at: now }),
}

/** Fills every sealed column with `count` secrets, each the text of its place. */
export async function fillSealedColumns(db: Db, vault: Vault, count: number): Promise<void> {
  await insert(db, 'workspaces', [{ id: 'wsp_1', name: 'Home' }])
  await insert(db, 'users', [{ id: 'usr_1', name: 'Ada', email: 'ada@example.org', role: 'user' }])
  const token = {
    ...owner,
    id: 'tok_1',
    name: 'Backup',
    permissions: [],
    prefix: 'pt_live_',
    created_at: now,
  }
  await insert(db, 'api_tokens', [token])
  for (const [table, columns] of Map.groupBy(sealedColumns, (column) => column.table)) {
    const rows = Array.from({ length: count }, (_, number) => {
      const row = rowName(number)
      const sealed = columns.map((column) => {
        const place = placeOf({ column, row })
        return [column.field, vault.seal(textOf(place), place)] as const
      })
      const names = columns.map((column) => [column.row, row] as const)
      return { ...rest[table]?.(row), ...Object.fromEntries([...names, ...sealed]) }
    })
    await insert(db, table, rows)
  }
}

export function rowName(number: number): string {
  return `row_${String(number).padStart(4, '0')}`
}

/** Rows of the same columns. */
async function insert(db: Db, table: string, rows: readonly Record<string, unknown>[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).map((name) => sql.ref(name))
  const values = rows.map((row) => sql`(${sql.join(Object.values(row))})`)
  await sql`insert into ${sql.table(table)} (${sql.join(columns)}) values ${sql.join(values)}`.execute(db)
}

/** What stands in every sealed column now. */
export async function readSealedColumns(db: Db): Promise<StoredSecret[]> {
  const found = await Promise.all(sealedColumns.map((column) => readSealedColumn(db, column)))
  return found.flat()
}

export async function readSealedColumn(db: Db, column: SealedColumn): Promise<StoredSecret[]> {
  const field = sql.ref(column.field)
  const { rows } = await sql<{ row: string; sealed: string }>`
    select ${sql.ref(column.row)} as row, ${field} as sealed from ${sql.table(column.table)}
    where ${field} is not null order by 1`.execute(db)
  return rows.map((found) => ({ column, ...found }))
}

export async function writeSealed(db: Db, { table, row, field }: SealedPlace, sealed: string): Promise<void> {
  const column = sealedColumns.find((one) => one.table === table && one.field === field)
  await sql`update ${sql.table(table)} set ${sql.ref(field)} = ${sealed}
    where ${sql.ref(column?.row ?? '')} = ${row}`.execute(db)
}

export function placeOf({
  column: { table, field },
  row,
}: Pick<StoredSecret, 'column' | 'row'>): SealedPlace {
  return { table, row, field }
}

export function textOf({ table, row, field }: SealedPlace, change = ''): string {
  return `${table}.${field} of ${row}${change}`
}
