/** One line for each whole number with what can be said of it: a long text in which a missing line shows. */
export function numbersFrom1To(last: number): string {
  return Array.from({ length: last }, (_, index) => lineOf(index + 1)).join('\n')
}

function lineOf(number: number): string {
  const factors = factorsOf(number)
  const nature = number === 1 ? 'the unit' : factors.length === 1 ? 'prime' : factors.join(' × ')
  return `${number}. ${nature}; ${romanOf(number)} in Roman numerals, ${number.toString(2)} in binary`
}

function factorsOf(number: number): number[] {
  for (let factor = 2; factor * factor <= number; factor++) {
    if (number % factor === 0) return [factor, ...factorsOf(number / factor)]
  }
  return [number]
}

const romanDigits: readonly [number, string][] = [
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
]

function romanOf(number: number): string {
  const digit = romanDigits.find(([value]) => value <= number)
  return digit === undefined ? '' : digit[1] + romanOf(number - digit[0])
}
