import { expect, it } from 'vitest'
import { mediaTypeOf } from './media-type.ts'

it.each([
  ['\xff\xd8\xff\xe0', 'text/html', 'image/jpeg'],
  ['RIFF\0\0\0\0WEBPVP8 ', 'application/octet-stream', 'image/webp'],
  ['RIFF\0\0\0\0WAVEfmt ', '', 'audio/wav'],
  ['OggS\0', 'audio/ogg; codecs=opus', 'audio/ogg'],
  ['OggS\0', 'video/ogg', 'video/ogg'],
  ['ID3\x04', 'audio/mp3', 'audio/mpeg'],
  ['%PDF-1.7', 'text/plain', 'application/pdf'],
  ['<script>', 'image/png', 'application/octet-stream'],
  ['<script>', 'application/pdf', 'application/octet-stream'],
  ['hello', 'Text/Plain; charset=utf-8', 'text/plain'],
  ['hello', 'text/plain\r\nset-cookie: x', 'application/octet-stream'],
  ['hello', '', 'application/octet-stream'],
  ['', 'text/csv', 'text/csv'],
])('of %j claimed to be %j is %s', (head, claimed, mediaType) => {
  expect(mediaTypeOf(Buffer.from(head, 'latin1'), claimed)).toBe(mediaType)
})
