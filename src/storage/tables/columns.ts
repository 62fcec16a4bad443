import type { ColumnType } from 'kysely'

/** A json or jsonb column: read as T, written as a JSON string. */
export type Json<T> = ColumnType<T, string, string>

/** Times are timestamptz and come as Date. */
export type Time = ColumnType<Date, Date | string, Date | string>
export type OptionalTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
/** A time that the database fills in. */
export type Now = ColumnType<Date, Date | string | undefined, Date | string>
