import { describe, expect, it } from 'vitest'
import type { UseRule } from '../config/config.ts'
import { decide } from './rules.ts'
import { providerAt } from './testing/proxy-house.ts'

const provider = { ...providerAt(1), reads: ['POST /v1/databases/*/query'] }
const usual = { reads: 'allow', writes: 'ask' } as const
const judge = (rules: UseRule[], method: string, pathname: string, agent = 'default') =>
  decide({ rules, usual }, provider, { agent, method, pathname })

describe('without a rule', () => {
  it.each([
    ['GET', '/x', 'allow'],
    ['HEAD', '/x', 'allow'],
    ['OPTIONS', '/x', 'allow'],
    ['POST', '/x', 'ask'],
    ['DELETE', '/x', 'ask'],
    ['POST', '/v1/databases/7/query', 'allow'],
    ['PATCH', '/v1/databases/7/query', 'ask'],
    ['POST', '/v1/databases/7/8/query', 'ask'],
    ['POST', '/v1/databases/7%2f8/query', 'allow'],
  ])('%s %s: %s', (method, path, decision) => {
    expect(judge([], method, path)).toBe(decision)
  })
})

describe('a rule', () => {
  it('fits by agent, provider, method and path, all of them; the first one decides', () => {
    const rules: UseRule[] = [
      { agents: ['other'], decision: 'refuse' },
      { providers: ['other'], decision: 'refuse' },
      { methods: ['delete'], decision: 'refuse' },
      { methods: ['POST'], paths: ['/notes', '/notes/*/tags'], decision: 'allow' },
      { methods: ['POST'], paths: ['/notes/**'], decision: 'refuse' },
    ]
    expect(judge(rules, 'DELETE', '/notes')).toBe('refuse')
    expect(judge(rules, 'GET', '/notes')).toBe('allow')
    expect(judge(rules, 'GET', '/notes', 'other')).toBe('refuse')
    expect(judge(rules, 'POST', '/notes')).toBe('allow')
    expect(judge(rules, 'POST', '/notes/')).toBe('allow')
    expect(judge(rules, 'POST', '/notes/1/tags')).toBe('allow')
    expect(judge(rules, 'POST', '/notes/1/2/tags')).toBe('refuse')
    expect(judge(rules, 'POST', '/notesx')).toBe('ask')
    expect(judge(rules, 'POST', '/x/notes')).toBe('ask')
  })

  it('that refuses or asks is not evaded by another spelling; one that allows takes only its own', () => {
    const refuse: UseRule[] = [{ paths: ['/admin/**'], decision: 'refuse' }]
    for (const path of ['/admin', '/admin/', '/admin/x', '/Admin/x', '/admin%2fx'])
      expect(judge(refuse, 'GET', path)).toBe('refuse')
    const allow: UseRule[] = [{ paths: ['/open/**'], decision: 'allow' }]
    expect(judge(allow, 'POST', '/open/x')).toBe('allow')
    for (const path of ['/OPEN/x', '/open%2fx']) expect(judge(allow, 'POST', path)).toBe('ask')
  })

  it('takes other signs as they are', () => {
    const rules: UseRule[] = [{ paths: ['/a.b/(c)+'], decision: 'refuse' }]
    expect(judge(rules, 'GET', '/a.b/(c)+')).toBe('refuse')
    expect(judge(rules, 'GET', '/axb/cc')).toBe('allow')
  })
})
