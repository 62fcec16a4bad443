import { fromJsonSchema, type StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import type { Static, TSchema } from 'typebox'

/** What a tool takes: shown to clients as JSON Schema, and checked before the tool is called. */
export function inputOf<T extends TSchema>(schema: T): StandardSchemaWithJSON<Static<T>, Static<T>> {
  // TypeBox's schemas are JSON Schema; only their types have more to say.
  return fromJsonSchema<Static<T>>(schema)
}
