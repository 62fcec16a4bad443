import { describe, expect, it } from 'vitest'
import { carriesCode, commandHelp, overtakes, parseCommand } from './commands.ts'

describe('parseCommand', () => {
  it.each([
    ['/help', { name: 'help', argument: '' }],
    ['  /HELP  ', { name: 'help', argument: '' }],
    ['/connect abc_DEF-1', { name: 'connect', argument: 'abc_DEF-1' }],
    ['/connect\nabc', { name: 'connect', argument: 'abc' }],
    ['/start', { name: 'start', argument: '' }],
  ])('reads %j', (text, command) => {
    expect(parseCommand(text)).toEqual(command)
  })

  it.each(['connect abc', 'please /stop', '/stopping', '/unknown', '/', '/constructor', '/connect:abc', ''])(
    'takes %j for a message to the agent',
    (text) => {
      expect(parseCommand(text)).toBeUndefined()
    },
  )
})

describe('carriesCode', () => {
  it.each([
    ['/connect AAECAwQFBgcICQoLDA0ODw', true],
    ['/start AAECAwQFBgcICQoLDA0ODw', true],
    ['/connect github', false],
    ['/disconnect AAECAwQFBgcICQoLDA0ODw', false],
    ['/connect', false],
  ])('%j: %s', (text, carries) => {
    expect(carriesCode(text)).toBe(carries)
  })
})

describe('overtakes', () => {
  it('lets /stop pass a running turn, but /new waits for it', () => {
    expect(overtakes('/stop')).toBe(true)
    expect(overtakes('/new')).toBe(false)
    expect(overtakes('stop')).toBe(false)
  })
})

it('names each command that people need in the help', () => {
  expect(commandHelp().join(' ')).toMatch(/connect.*disconnect.*whoami.*new.*status.*stop.*help/)
})
