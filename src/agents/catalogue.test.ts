import { describe, expect, it } from 'vitest'
import { ConfigError } from '../config/problems.ts'
import { agentKinds, createAgents, findAgentProblems } from './catalogue.ts'
import { collect, textIn, turnOf } from './testing/turns.ts'

const everyKind = agentKinds.map(({ kind }) => kind).join(', ')
const dependencies = { fetch, sleep: async () => undefined }

describe('the catalogue of agents', () => {
  it('makes every configured agent under its name', async () => {
    const agents = createAgents(
      {
        default: { kind: 'guide', settings: {} },
        slow: { kind: 'echo', settings: { delay_ms: '5' } },
        model: { kind: 'openai', settings: { base_url: 'http://127.0.0.1:1/v1', api_key: '', timeout_s: 5 } },
      },
      dependencies,
    )
    expect([...agents.keys()]).toEqual(['default', 'slow', 'model'])
    const echo = agents.get('slow')
    expect(echo).toBeDefined()
    if (echo === undefined) return
    const { events } = await collect(echo.run(turnOf('hello'), new AbortController().signal))
    expect(textIn(events)).toBe('hello')
  })

  it('refuses to make any when one is wrong, and says everything at once', () => {
    const make = () =>
      createAgents(
        { a: { kind: 'guide', settings: { model: 'x' } }, b: { kind: 'opnai', settings: {} } },
        dependencies,
      )
    expect(make).toThrow(ConfigError)
    expect(make).toThrow(/agents\.a\.model.*\n.*agents\.b\.kind/)
  })

  it.each([
    ['opena', {}, 'kind', 'there is no agent kind opena. Did you mean openai?'],
    ['telepathy', {}, 'kind', `there is no agent kind telepathy. Known are: ${everyKind}.`],
    ['openai', { modle: 'x' }, 'modle', 'the agent kind openai has no such setting. Did you mean model?'],
    ['guide', { model: 'x' }, 'model', 'the agent kind guide has no such setting; it takes none.'],
    ['openai', { timeout_s: 'soon' }, 'timeout_s', 'must be a number, zero or more.'],
    ['openai', { max_retries: -1 }, 'max_retries', 'must be a number, zero or more.'],
    ['openai', { background: 'yes' }, 'background', 'must be true or false.'],
    ['openai', { model: 4 }, 'model', 'must be text. Put it in quotes.'],
    [
      'openai',
      { base_url: 'localhost:11434' },
      'base_url',
      'must be an address that begins with http:// or https://.',
    ],
    [
      'openai',
      { base_url: 'https://me:pw@host/v1' },
      'base_url',
      'must not hold a user name or password. Use api_key.',
    ],
    [
      'openai',
      { api_key: 'sk-one\nsk-two' },
      'api_key',
      'holds a space, a line break or a letter outside ASCII. Copy it again.',
    ],
  ])('of %s with %j: %s', (kind, settings, path, message) => {
    expect(findAgentProblems({ mine: { kind, settings } })).toEqual([
      { path: `agents.mine.${path}`, message },
    ])
  })

  it('names every kind and setting once', () => {
    const kinds = agentKinds.map(({ kind }) => kind)
    expect(new Set(kinds).size).toBe(kinds.length)
    for (const { fields } of agentKinds)
      expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length)
  })
})
