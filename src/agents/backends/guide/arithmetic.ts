/**
 * The value of an arithmetic expression: numbers, `+ - * / ^ ( )`, with `x × · ÷ −` and `**` understood too.
 * Undefined if the text is none; an Error with a public sentence if it has no value.
 *
 *   sum     = product (('+' | '-') product)*
 *   product = power (('*' | '/') power)*
 *   power   = '-' power | atom ('^' power)?
 *   atom    = number | '(' sum ')'
 */
export function calculate(expression: string): number | undefined {
  const tokens = tokensOf(expression)
  if (tokens === undefined) return undefined
  let next = 0
  const takeOneOf = (...symbols: string[]) => {
    const token = tokens[next]
    if (token === undefined || !symbols.includes(token)) return undefined
    next++
    return token
  }

  const sum = (): number => {
    let value = product()
    for (let sign = takeOneOf('+', '-'); sign !== undefined; sign = takeOneOf('+', '-')) {
      const right = product()
      value = sign === '+' ? value + right : value - right
    }
    return value
  }
  const product = (): number => {
    let value = power()
    for (let sign = takeOneOf('*', '/'); sign !== undefined; sign = takeOneOf('*', '/')) {
      const right = power()
      if (sign === '/' && right === 0) throw new Error('Nothing can be divided by zero.')
      value = sign === '*' ? value * right : value / right
    }
    return value
  }
  const power = (): number => {
    if (takeOneOf('-') !== undefined) return -power()
    const base = atom()
    return takeOneOf('^') === undefined ? base : base ** power()
  }
  const atom = (): number => {
    if (takeOneOf('(') !== undefined) {
      const value = sum()
      if (takeOneOf(')') === undefined) throw new NotArithmetic()
      return value
    }
    const token = tokens[next++]
    if (token === undefined || !/^[\d.]/.test(token)) throw new NotArithmetic()
    return Number(token)
  }

  try {
    const value = sum()
    if (next < tokens.length) return undefined
    if (!Number.isFinite(value)) throw new Error('The result is too large for me.')
    // 0.1 + 0.2 should read 0.3.
    return Number(value.toPrecision(12))
  } catch (error) {
    if (error instanceof NotArithmetic) return undefined
    throw error
  }
}

/** The longest stretch of a text that looks like arithmetic with at least one operation, if any. */
export function findArithmetic(text: string): string | undefined {
  return text
    .match(/[\d.(−-][\d\s.,()+*/^x×·÷−-]*[\d)]/gu)
    ?.map((found) => found.trim())
    .filter((found) => /\d\)*\s*[+*/^x×·÷−-]+\s*\(*[−-]?\(*[\d.]/u.test(found))
    .sort((a, b) => b.length - a.length)[0]
}

class NotArithmetic extends Error {}

const longest = 200

function tokensOf(expression: string): string[] | undefined {
  const plain = expression
    .replaceAll('**', '^')
    .replace(/[x×·]/gu, '*')
    .replaceAll('÷', '/')
    .replaceAll('−', '-')
    .replace(/(?<=\d),(?=\d{3}(?!\d))/g, '')
    .replace(/\s+/g, ' ')
  const tokens = plain.match(/\d+(?:\.\d+)?|\.\d+|[-+*/^()]/g)
  const isComplete = tokens?.join('') === plain.replaceAll(' ', '') && !/[\d.] [\d.]/.test(plain)
  return isComplete && plain.length <= longest ? tokens : undefined
}
