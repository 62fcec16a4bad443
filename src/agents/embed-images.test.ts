import { expect, it } from 'vitest'
import type { AgentFile } from './agent.ts'
import { turnOf } from './testing/turns.ts'
import { embedImages } from './embed-images.ts'

const at = (name: string, mediaType: string, content?: string | Error): AgentFile => ({
  name,
  mediaType,
  url: `http://portico.test/${name}`,
  ...(content === undefined
    ? {}
    : {
        read: () =>
          content instanceof Error ? Promise.reject(content) : Promise.resolve(new Blob([content])),
      }),
})

it('puts images that lie here into the request, and leaves the rest as it is', async () => {
  const large = 'x'.repeat(12 * 1024 * 1024)
  const files = [
    at('a.png', 'image/png', 'abc'),
    at('b.pdf', 'application/pdf', 'abc'),
    at('c.png', 'image/png', new Error('gone')),
    at('d.png', 'image/png', large),
    at('e.png', 'image/png'),
  ]
  const { message } = await embedImages(turnOf('look', { message: { text: 'look', files } }))
  expect(message.files.map(({ url }) => url)).toEqual([
    'data:image/png;base64,YWJj',
    ...files.slice(1).map(({ url }) => url),
  ])
})
