/** Where a secret was seen: all are counted, the first ones are told. */
export interface Places {
  count: number
  /** `name:line`. */
  first: string[]
}

const told = 10

export function addPlace(known: Map<string, Places>, key: string, place: string): void {
  const places = known.get(key) ?? { count: 0, first: [] }
  places.count++
  if (places.first.length < told) places.first.push(place)
  known.set(key, places)
}
