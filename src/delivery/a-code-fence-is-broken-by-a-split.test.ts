import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseMarkdown, printMarkdown } from '../lib/markdown.ts'
import { createSplitter } from './split.ts'

const line = fc.stringMatching(/^[a-z (){}=*_`]{0,60}$/)
const language = fc.constantFrom('', 'ts', 'sh')
const code = fc.record({ lines: fc.array(line, { minLength: 1, maxLength: 20 }), language })

it('is not: each message holds whole fences of the same language, and no line is lost', () => {
  fc.assert(
    fc.property(code, fc.integer({ min: 90, max: 400 }), ({ lines, language }, limit) => {
      const splitter = createSplitter(printMarkdown, limit)
      const answer = `Before.\n\n\`\`\`\`${language}\n${lines.join('\n')}\n\`\`\`\`\n\nAfter.`
      const nodes = splitter.split(answer, true).flatMap(({ text }) => {
        expect(text.length).toBeLessThanOrEqual(limit)
        return parseMarkdown(text).children
      })
      const fences = nodes.filter((node) => node.type === 'code')
      expect(nodes.filter((node) => node.type !== 'code')).toHaveLength(2)
      expect(new Set(fences.map((node) => node.lang ?? ''))).toEqual(new Set([language]))
      const seen = fences.map((node) => node.value).join('\n')
      expect(seen.split('\n').filter(Boolean)).toEqual(lines.filter(Boolean))
    }),
  )
})
