export const presets = { week: 7, month: 30, quarter: 90, year: 365 } as const
export type Preset = keyof typeof presets

/** When a token ends: after some days, at the end of a day, never, or as it was. */
export type Expiry = Preset | 'date' | 'never' | 'keep'

export const presetNames = Object.keys(presets) as Preset[]

/** Null: never. `date` is of the form 2027-01-31, where the reader is. */
export function endOf(expiry: Exclude<Expiry, 'keep'>, date: string, now: number): string | null {
  if (expiry === 'never') return null
  if (expiry === 'date') return new Date(`${date}T23:59:59`).toISOString()
  return new Date(now + presets[expiry] * 86_400_000).toISOString()
}
