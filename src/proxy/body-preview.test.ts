import { describe, expect, it } from 'vitest'
import { previewOf } from './body-preview.ts'

const json = 'application/json; charset=utf-8'
const preview = (body: string | Buffer, type: string | undefined = json, encoding?: string) =>
  previewOf(Buffer.from(body), {
    ...(type !== '' && { 'content-type': type }),
    ...(encoding !== undefined && { 'content-encoding': encoding }),
  })

describe('what a person sees of a body', () => {
  it('is nothing where there is none', () => {
    expect(preview('')).toBeNull()
  })

  it('is JSON over several lines, in letters that people read', () => {
    expect(preview('{"to":"mia","tags":["a",1e400,{}],"none":[],"text":"\\u4f60\\u597d \\"you\\""}')).toBe(
      [
        '{',
        '  "to": "mia",',
        '  "tags": [',
        '    "a",',
        '    1e400,',
        '    {}',
        '  ],',
        '  "none": [],',
        '  "text": "你好 \\"you\\""',
        '}',
      ].join('\n'),
    )
    expect(preview('{"a":1}', 'application/vnd.api+json')).toBe('{\n  "a": 1\n}')
    expect(preview('not { json')).toBe('not { json')
  })

  it('shows a name that comes twice, of which services take either', () => {
    expect(preview('{"to":"mia","to":"eve"}')).toBe('{\n  "to": "mia",\n  "to": "eve"\n}')
  })

  it('is a form, a field on each line', () => {
    const form = 'to=%2B49+30&body=Hi%0Ato=1'
    expect(preview(form, 'application/x-www-form-urlencoded')).toBe('to=+49 30\nbody=Hi\\nto=1')
  })

  it('is text as it stands, also where nobody says what it is', () => {
    expect(preview('one\r\ntwo', 'text/plain')).toBe('one\ntwo')
    expect(preview('<a/>', 'application/soap+xml')).toBe('<a/>')
    expect(preview('{"a":1}', '')).toBe('{\n  "a": 1\n}')
  })

  it.each<[string, string | Buffer, string, string?]>([
    ['image/png, 4 bytes', Buffer.from('\u0089PNG', 'latin1'), 'image/png'],
    ['multipart/form-data, 3 bytes', 'abc', 'multipart/form-data; boundary=x'],
    ['application/json, gzip, 3 bytes', 'abc', 'application/json', 'gzip'],
    ['text/plain, 2 bytes', Buffer.from([0xff, 0xfe]), 'text/plain'],
    ['text/plain, 4 bytes', 'abcd', 'text/plain; charset=utf-16le'],
    ['unknown type, 1 byte', Buffer.from([0xff]), ''],
  ])('is "%s" of what nobody can read', (shown, body, type, encoding) => {
    expect(preview(body, type, encoding)).toBe(shown)
  })
})

describe('a body that hides something', () => {
  it('has no letters that are not seen or turn others round', () => {
    expect(preview('{"to":"\\u202eevil\\u0000\u200b"}')).toBe('{\n  "to": "\\u202eevil\\u0000\\u200b"\n}')
    expect(preview('a\u0000b\u001b[2Jc\u2066d', 'text/plain')).toBe('a\\u0000b\\u001b[2Jc\\u2066d')
    expect(preview('👩‍👧', 'text/plain')).toBe('👩‍👧')
  })

  it.each<[string, string, string]>([
    ['a long text', `"${'x'.repeat(9_000)}"`, json],
    ['many members', JSON.stringify(Array.from({ length: 9_000 }, (_, n) => n)), json],
    ['great depth', '['.repeat(5_000) + ']'.repeat(5_000), json],
    ['escapes', `"${'\\u4f60'.repeat(9_000)}"`, json],
    ['letters of two units', '😀'.repeat(9_000), 'text/plain'],
    ['letters that are not seen', '\u200b'.repeat(9_000), 'text/plain'],
    ['fields', 'a=1&'.repeat(9_000), 'application/x-www-form-urlencoded'],
  ])('by %s is cut at 500 characters, and says so', (_what, body, type) => {
    const shown = preview(body, type) ?? ''
    expect(shown.length).toBeLessThanOrEqual(500)
    expect(shown.length).toBeGreaterThan(400)
    expect(shown).toMatch(new RegExp(`\\n… \\(${Buffer.byteLength(body)} bytes in all\\)$`))
    expect(shown.isWellFormed()).toBe(true)
  })
})
