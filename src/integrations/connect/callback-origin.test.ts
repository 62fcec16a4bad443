import { describe, expect, it } from 'vitest'
import { assertCallbackAllowed } from './callback-origin.ts'

const deployment = [
  'https://app.example.com',
  'https://other.example.com:8443',
  'http://localhost:3000',
  'http://127.0.0.1',
  'http://[::1]:1',
]
const isAllowed = (url: string, token: readonly string[] | null = null, origins = deployment) => {
  try {
    assertCallbackAllowed(url, origins, token)
    return true
  } catch {
    return false
  }
}

describe('a callback', () => {
  it.each([
    'https://app.example.com/callback?next=1',
    'https://app.example.com',
    'https://APP.example.com:443/callback',
    'https://other.example.com:8443/callback',
    'http://localhost:3000/callback',
    'http://localhost:61234/callback',
    'http://localhost/callback',
    'http://127.0.0.1:5000/callback',
    'http://[::1]:5000/callback',
  ])('may be %s', (url) => expect(isAllowed(url)).toBe(true))

  it.each([
    ['another host', 'https://app.example.com.evil.example/'],
    ['a host below', 'https://x.app.example.com/'],
    ['another scheme', 'http://app.example.com/'],
    ['another port', 'https://app.example.com:8443/'],
    ['no port', 'https://other.example.com/'],
    ['loopback with another scheme', 'https://localhost:3000/'],
    ['loopback by another name', 'http://127.0.0.2/'],
    ['localhost below', 'http://localhost.evil.example:3000/'],
    ['a user name', 'https://app.example.com@evil.example/'],
    ['a user name at the right host', 'https://me@app.example.com/'],
    ['a fragment', 'https://app.example.com/#a'],
    ['a backslash', 'https://app.example.com\\@evil.example/'],
    ['a tab', 'https://app.example.com\t/'],
    ['a line break', 'https://app.exam\nple.com/'],
    ['no host', 'https:///callback'],
    ['no scheme', 'app.example.com/callback'],
    ['a script', 'javascript://app.example.com/%0aalert(1)'],
    ['an app', 'app.example.com:/callback'],
    ['nothing', ''],
  ])('is not %s', (_what, url) => expect(isAllowed(url)).toBe(false))

  it.each([
    'https://app.example.com/path',
    'https://*.example.com',
    'https://me@app.example.com',
    'app.example.com',
    '*',
    '',
  ])('is not allowed by the entry %s', (entry) =>
    expect(isAllowed('https://app.example.com/path', null, [entry])).toBe(false),
  )

  it('must be allowed by the token too, which cannot widen what the deployment allows', () => {
    expect(isAllowed('https://app.example.com/', ['https://app.example.com'])).toBe(true)
    expect(isAllowed('https://app.example.com/', [])).toBe(false)
    expect(isAllowed('https://app.example.com/', ['http://localhost'])).toBe(false)
    expect(isAllowed('https://evil.example/', ['https://evil.example'])).toBe(false)
  })
})
