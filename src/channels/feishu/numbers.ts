/** A number, also one that is written as text, as the platform writes most. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value !== 'number' && !(typeof value === 'string' && value !== '')) return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}
