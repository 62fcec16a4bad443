/**
 * Somebody else's words within a sentence: whichever direction they have, and whatever marks they carry, the words
 * around them stay in their order (Unicode Standard Annex 9, first strong isolate).
 */
export function isolate(text: string): string {
  return `\u2068${text}\u2069`
}
