/** Every column that holds sealed texts: what a rotation has to go through. `row` is the column that names the row. */
export interface SealedColumn {
  table: string
  row: string
  field: string
}

export const sealedColumns: readonly SealedColumn[] = [
  { table: 'bots', row: 'id', field: 'secrets' },
  { table: 'webhook_endpoints', row: 'id', field: 'secrets' },
]
