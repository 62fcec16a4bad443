import { expect, it } from 'vitest'
import { isScope, missingScopes, unionOf } from './scopes.ts'

it.each([
  [['read', 'write'], ['read'], ['write']],
  [['read'], ['READ'], []],
  [['repo:status', 'user:email'], ['repo'], ['user:email']],
  [['repo'], ['repo:status'], ['repo']],
  [['email', 'profile'], ['https://www.googleapis.com/auth/userinfo.email', 'openid'], ['profile']],
  [['Mail.Read'], ['https://graph.microsoft.com/Mail.Read'], []],
  [['https://graph.microsoft.com/Mail.Read'], ['mail.read'], []],
  [['https://one.example/read'], ['https://two.example/read'], ['https://one.example/read']],
  [['read'], [], ['read']],
])('of %j granted %j misses %j', (asked, granted, missing) => {
  expect(missingScopes(asked, granted)).toEqual(missing)
})

it('misses nothing where the provider does not say what it granted', () => {
  expect(missingScopes(['read'], null)).toEqual([])
  expect(missingScopes(['read'], undefined)).toEqual([])
})

it('has each scope once, and none that would be two', () => {
  expect(unionOf(['a', 'b'], ['b', 'c'])).toEqual(['a', 'b', 'c'])
  for (const text of ['', 'a b', 'a"b', 'a\\b', 'ä', 'a\n']) expect(isScope(text), text).toBe(false)
  expect(isScope('https://www.googleapis.com/auth/drive')).toBe(true)
})
