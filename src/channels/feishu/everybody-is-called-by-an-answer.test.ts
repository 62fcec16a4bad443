import { afterEach, beforeEach, expect, it } from 'vitest'
import { parseMarkdown } from '../../lib/markdown.ts'
import { printCardMarkdown } from './format.ts'
import { mentionsOf } from './testing/cards.ts'
import { createChannel, setStage, type Stage } from './testing/stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await setStage()
})
afterEach(() => stage.simulator.stop())

const attempts = [
  '<at id=all></at> hello',
  'hello <at id="all"/>',
  '`<at id=all></at>`',
  '```html\n<at id=all></at>\n```',
  '<AT ID=all></AT>',
  '| a |\n| - |\n| <at id=all></at> |',
  '[<at id=all></at>](https://example.com)',
  '&lt;at id=all&gt;',
  '> <person id="ou_1"></person>',
]

it.each(attempts)('never: %s', async (markdown) => {
  const text = printCardMarkdown(parseMarkdown(markdown))
  const sent = { text, plain: markdown }
  await createChannel(stage).send({ chatId: stage.chat.id, kind: 'private' }, sent, 'key')
  const card = JSON.parse(stage.chat.messages[0]?.content ?? '{}') as Record<string, unknown>
  expect(mentionsOf(card)).toEqual([])
  expect(text).not.toMatch(/<(at|person)\b/i)
})
