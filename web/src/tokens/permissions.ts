/** Portico's own permissions, in the order of the form. */
export const everybodys = [
  'CHAT',
  'USE_INTEGRATIONS',
  'READ_INTEGRATIONS',
  'MANAGE_INTEGRATIONS',
  'DELETE_INTEGRATIONS',
] as const

/** They reach beyond the person whose token it is: only administrators of the server give them. */
export const administrators = ['ACT_AS_USER', 'VERIFY_TOKENS'] as const

export const known = [...everybodys, ...administrators] as const
export type KnownPermission = (typeof known)[number]

export function isKnown(permission: string): permission is KnownPermission {
  return known.some((one) => one === permission)
}
