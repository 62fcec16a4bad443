/** `context.source` is in Node since 21 and not yet in the compiler's library. */
type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown

/**
 * Parses JSON and loses no digit: an integer that a number cannot hold becomes a text
 * (https://github.com/tc39/proposal-json-parse-with-source). Throws SyntaxError.
 */
export function parseLossless(text: string): unknown {
  const keepDigits: Reviver = (_key, value, { source }) =>
    typeof value === 'number' &&
    !Number.isSafeInteger(value) &&
    source !== undefined &&
    /^-?\d+$/.test(source)
      ? source
      : value
  return JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown) as unknown
}
