import { expect, it } from 'vitest'
import { createBudgets } from './budgets.ts'
import { caller } from './testing/proxy-house.ts'

let now = 0
const clock = { now: () => now }
const of = (calls: number, ...keys: string[]) => ({
  ...caller,
  budgets: keys.map((key) => ({ key, calls, until: key.startsWith('short') ? 100_000 : null })),
})

it('charges all budgets of a caller or none', () => {
  const budgets = createBudgets(clock)
  budgets.spend(of(2, 'parent', 'first'))
  budgets.spend(of(2, 'parent', 'second'))
  expect(() => budgets.spend(of(2, 'parent', 'third'))).toThrow('budget_spent')
  expect(() => budgets.spend(of(2, 'third', 'parent'))).toThrow('budget_spent')
  budgets.spend(of(1, 'third'))
  budgets.spend(of(2, 'first'))
  expect(() => budgets.spend(of(2, 'first'))).toThrow('budget_spent')
})

it('never forgets what may be asked for, however many are made', () => {
  const budgets = createBudgets(clock, 3)
  budgets.spend(of(1, 'lasting'))
  budgets.spend(of(1, 'short 1', 'short 2'))
  expect(() => budgets.spend(of(1, 'new'))).toThrow('budget_spent')
  budgets.spend({ ...of(1, 'new'), userId: 'usr_bob' })
  now = 100_000
  budgets.spend(of(1, 'new'))
  expect(() => budgets.spend(of(1, 'lasting'))).toThrow('budget_spent')
  now = 1e12
  expect(() => budgets.spend(of(1, 'lasting'))).toThrow('budget_spent')
})
