import type { ColumnType } from 'kysely'

/** A json or jsonb column: read as T, written as a JSON string. */
export type Json<T> = ColumnType<T, string, string>

/** The same, where the database has a default or null for what is left out. */
export type OptionalJson<T> = ColumnType<T, string | null | undefined, string | null>

/** Times are timestamptz and come as Date. */
export type Time = ColumnType<Date, Date | string, Date | string>
export type OptionalTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
/** A time that the database fills in. */
export type Now = ColumnType<Date, Date | string | undefined, Date | string>

/** What the database has a default for. */
export type Defaulted<T> = ColumnType<T, T | undefined, T>
