/** What a program may do with a token. */
export const permissions = [
  'READ_INTEGRATIONS',
  'MANAGE_INTEGRATIONS',
  'DELETE_INTEGRATIONS',
  'USE_INTEGRATIONS',
  'CHAT',
] as const
export type Permission = (typeof permissions)[number]
