import { describe, expect, it } from 'vitest'
import { calculate, findArithmetic } from './arithmetic.ts'

describe('calculate', () => {
  it.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['2 ^ 3 ^ 2', 512],
    ['-2 ^ 2', -4],
    ['2 ** -1', 0.5],
    ['10 - 4 - 3', 3],
    ['0.1 + 0.2', 0.3],
    ['1,250 × 4 ÷ 2', 2500],
    ['7 − 9', -2],
    ['.5x4', 2],
  ])('%s = %d', (expression, value) => {
    expect(calculate(expression)).toBe(value)
  })

  it.each(['', 'x', '1 +', '1 2', '(1', '1)', '1 + + ', 'alert(1)', '1e5', `${'1+'.repeat(200)}1`])(
    'takes %j for no arithmetic',
    (text) => {
      expect(calculate(text)).toBeUndefined()
    },
  )

  it.each(['1 / 0', '1 / (2 - 2)', '9 ^ 9 ^ 9'])('says why %s has no value', (expression) => {
    expect(() => calculate(expression)).toThrow(/\.$/)
  })
})

describe('findArithmetic', () => {
  it.each([
    ['what is 12 * 7.5?', '12 * 7.5'],
    ['(3+4)*2 please', '(3+4)*2'],
    ['我想知道 8÷2 是多少', '8÷2'],
    ['I am 42 years old', undefined],
    ['no numbers', undefined],
  ])('in %j', (text, expression) => {
    expect(findArithmetic(text)).toBe(expression)
  })
})
