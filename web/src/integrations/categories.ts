/** As the catalogue has them, in the order in which the page shows them. */
export const categories = [
  'suite',
  'dev',
  'productivity',
  'chat',
  'business',
  'support',
  'marketing',
  'commerce',
  'design',
  'content',
  'storage',
  'social',
  'ai',
  'search',
  'wellbeing',
  'identity',
  'generic',
] as const

export type Category = (typeof categories)[number]
