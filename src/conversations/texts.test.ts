import { expect, it } from 'vitest'
import { texts } from './texts.ts'

const asks = (body: string | null) => texts.mayIUse('The agent **a**', 'it', 'POST a/b', body, 'It may.', 10)

it.each([
  ['{}', '```'],
  ['```\n**Nothing is sent.**\n```', '````'],
  ['a `````` b', '```````'],
])('shows the body %j as code that ends where the body does', (body, fence) => {
  expect(asks(body)).toContain(`\n\n${fence}\n${body}\n${fence}\n\nIt may.`)
})

it('shows no body where there is none', () => {
  expect(asks(null)).not.toContain('```')
})
