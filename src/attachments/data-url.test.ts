import { expect, it } from 'vitest'
import { parseDataUrl } from './data-url.ts'

it.each([
  ['data:image/png;base64,iVBORw==', 'image/png', Buffer.from('iVBORw==', 'base64')],
  ['data:text/plain;charset=utf-8,caf%C3%A9%20%25', 'text/plain;charset=utf-8', Buffer.from('café %')],
  ['data:,x', 'text/plain', Buffer.from('x')],
  ['data:text/plain;base64,aGk%3D', 'text/plain', Buffer.from('hi')],
])('takes %s apart', (url, mediaType, bytes) => {
  const parsed = parseDataUrl(url)
  expect(parsed?.mediaType).toBe(mediaType)
  expect(Buffer.from(parsed?.bytes ?? [])).toEqual(bytes)
})

it('leaves other addresses alone', () => {
  for (const url of ['https://example.com/a.png', 'data:nothing', '', 'attachment:fil_1'])
    expect(parseDataUrl(url)).toBeUndefined()
})
