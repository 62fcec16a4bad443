import { Type, type TSchema } from 'typebox'

/**
 * Shapes that several routes share. A schema with a `title` becomes a named component of the OpenAPI document;
 * equal titles must mean equal schemas. Request bodies are closed: `Type.Object({...}, closed)`.
 */
export const closed = { additionalProperties: false } as const

/** RFC 9457. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'One sentence for people.' }),
    code: Type.String({ description: 'Stable; listed in docs/reference/errors.md.' }),
    request_id: Type.String(),
    errors: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
  },
  { title: 'Problem', additionalProperties: true },
)

/** ISO 8601, UTC. */
export const Timestamp = Type.String({ format: 'date-time' })

type Answers<S, R extends number> = S & Record<R, typeof Problem>

/**
 * The responses of a route: its success, and the refusals that are its own. 401, 403, 422 and 429 are added by
 * the server to every route that can give them.
 */
export function answers<const S extends Record<number, TSchema>, const R extends number = never>(
  success: S,
  refusals: readonly R[] = [],
): Answers<S, R> {
  const problems: Partial<Record<number, typeof Problem>> = {}
  for (const status of refusals) problems[status] = Problem
  return { ...success, ...problems }
}
