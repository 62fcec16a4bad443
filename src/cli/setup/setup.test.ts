import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startGithubSimulator } from '../../channels/github/testing/simulator.ts'
import { startTelegramSimulator, type TelegramSimulator } from '../../channels/telegram/testing/simulator.ts'
import { startWechatSimulator } from '../../channels/wechat/testing/simulator.ts'
import { readConfig } from '../../config/config.ts'
import { environmentOf, withEnvFile } from '../../config/env.ts'
import { sleep } from '../../lib/sleep.ts'
import { runCli } from '../cli.ts'
import { Cancelled } from './prompts.ts'
import { runSetup } from './setup.ts'
import { ScriptedPrompts } from './testing/scripted-prompts.ts'

let directory: string
let telegram: TelegramSimulator
let token: string
/** Those of the newest run. */
let prompts: ScriptedPrompts

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-test-'))
  telegram = await startTelegramSimulator()
  token = telegram.addBot({ username: 'porter_bot' }).token
})
afterEach(async () => {
  await telegram.stop()
  await rm(directory, { recursive: true })
})

type Script = ConstructorParameters<typeof ScriptedPrompts>[0]

async function run(script: Script, variables: Record<string, string> = {}) {
  prompts = new ScriptedPrompts(script)
  const environment = withEnvFile(environmentOf(variables), directory)
  const dependencies = { fetch, now: Date.now, sleep: () => sleep(1) }
  await runSetup({ prompts, context: { environment, directory }, dependencies })
  expect(prompts.left).toEqual([])
}

const read = (name: string) => readFile(join(directory, name), 'utf8')
const write = (name: string, text: string) => writeFile(join(directory, name), text)
const atSimulator = () => write('portico.yaml', `channels:\n  telegram: { api_root: "${telegram.url}" }\n`)

async function doctor() {
  const printed: string[] = []
  const print = (text: string) => void printed.push(text)
  const code = await runCli(['doctor', '--port', '0'], {
    environment: environmentOf({}),
    directory,
    print,
    printError: print,
  })
  return { code, output: printed.join('\n') }
}

const guide: Script = [['Which agent', 'guide']]

describe('portico setup', () => {
  it('writes files that please the doctor, the token in .env only and for its owner only', async () => {
    await atSimulator()
    await run([
      ['Which channels', ['telegram']],
      ['Public address', ''],
      ['Bot token', token],
      ['Bot username', 'porter_bot'],
      ['Which agent', 'openai'],
      ['Base URL', 'not an address'],
      ['API key', 'sk-1'],
      ['Model', 'small'],
      ['Base URL', 'http://127.0.0.1:1/v1'],
      ['API key', 'sk-1'],
      ['Model', 'small'],
    ])
    expect(prompts.said).toContain('Telegram knows the bot as porter_bot.')
    expect(await read('portico.yaml')).not.toContain(token)
    expect(parseEnv(await read('.env'))).toEqual({ TELEGRAM_BOT_TOKEN: token, OPENAI_API_KEY: 'sk-1' })
    expect((await stat(join(directory, '.env'))).mode & 0o777).toBe(0o600)
    const found = await doctor()
    expect(found.output).toContain('ok    telegram: Telegram knows the bot as porter_bot')
    expect(found.output).toContain('ok    agent: default, of kind openai')
    expect(found.code).toBe(0)
  })

  it('makes a file where there is none', async () => {
    await run([['Which channels', []], ['Public address', 'https://gate.example/'], ...guide])
    expect(await read('portico.yaml')).toBe(
      'server:\n  public_url: https://gate.example\nagents:\n  default:\n    kind: guide\n',
    )
    await expect(read('.env')).rejects.toThrow('ENOENT')
  })

  it('asks again after credentials that the platform refuses, and goes on without them if told so', async () => {
    await atSimulator()
    const before = await read('portico.yaml')
    await run([
      ['Which channels', ['telegram']],
      ['Public address', ''],
      ['Bot token', '1:wrong'],
      ['Bot username', 'porter_bot'],
      ['What now', 'again'],
      ['Bot token', '2:wrong'],
      ['Bot username', '='],
      ['What now', 'skip'],
      ...guide,
    ])
    expect(prompts.said.join('\n')).toMatch(/refused/)
    expect(prompts.said.join('\n')).not.toContain('wrong')
    expect(await read('portico.yaml')).toContain(before.split('\n')[1]?.trim().split(':')[0])
    expect(await read('portico.yaml')).not.toContain('bot_token')
  })

  it('keeps what could not be checked where the platform cannot be reached', async () => {
    await write('portico.yaml', 'channels: { telegram: { api_root: "http://127.0.0.1:1" } }\n')
    await run([
      ['Which channels', ['telegram']],
      ['Public address', ''],
      ['Bot token', token],
      ['Bot username', 'porter_bot'],
      ['What now', 'keep'],
      ...guide,
    ])
    expect(parseEnv(await read('.env'))).toEqual({ TELEGRAM_BOT_TOKEN: token })
  })

  it('shows the code of a login in the terminal, and keeps what the login gives', async () => {
    await using wechat = await startWechatSimulator()
    await write('portico.yaml', `channels: { wechat: { api_root: "${wechat.url}" } }\n`)
    const running = run([
      ['Which channels', ['wechat']],
      ['Public address', ''],
      ['Type the number', '42'],
      ...guide,
    ])
    const code = await wechat.logins.at(0)
    code.askForNumber('42')
    await expect.poll(() => prompts.said).toContain('Scanned. Confirm the login on the phone.')
    code.confirm()
    await running
    expect(prompts.said.join('\n')).toContain(code.content)
    expect(prompts.drawn.join('')).toMatch(/█/)
    const [account] = wechat.accounts
    expect(parseEnv(await read('.env'))).toEqual({ WECHAT_BOT_TOKEN: account!.token })
    expect(await read('portico.yaml')).toContain(`account_id: ${account!.id}`)
    expect((await doctor()).output).toContain('ok    wechat')
  })

  it('says which address the platform must call, and reads a key of several lines from its file', async () => {
    await write('portico.yaml', 'channels: { github: { api_root: "http://127.0.0.1:1" } }\n')
    await write('key.pem', 'line 1\nline 2\n')
    await run([
      ['Which channels', ['github']],
      ['GitHub will call', ''],
      ['GitHub will call', 'gate.example'],
      ['GitHub will call', 'https://gate.example'],
      ['App ID', '7'],
      ['Private key', '@gone.pem'],
      ['Private key', '@key.pem'],
      ['Webhook secret', 'a "secret" with # and $HOME'],
      ['What now', 'skip'],
      ...guide,
    ])
    expect(prompts.said).toContain('There is no file gone.pem that can be read.')
    expect(prompts.said).not.toContain('line 1')
  })

  it('names the address where the platform finds the bot, and keeps the whole key', async () => {
    await using github = await startGithubSimulator()
    const { settings } = github.platform.addBot('porter')
    const { app_id, private_key, webhook_secret, ...rest } = settings as Record<string, string>
    await write('portico.yaml', JSON.stringify({ channels: { github: rest } }))
    await write('key.pem', private_key!)
    await run([
      ['Which channels', ['github']],
      ['GitHub will call', 'https://gate.example/'],
      ['App ID', app_id!],
      ['Private key', '@key.pem'],
      ['Webhook secret', webhook_secret!],
      ...guide,
    ])
    expect(prompts.said.join('\n')).toContain('https://gate.example/webhooks/github/github')
    expect(parseEnv(await read('.env'))['GITHUB_PRIVATE_KEY']).toBe(private_key!.trim())
    expect((await doctor()).output).toContain('ok    github')
  })

  it('leaves everything as it is when the person leaves', async () => {
    await atSimulator()
    const before = await read('portico.yaml')
    await expect(
      run([
        ['Which channels', ['telegram']],
        ['Public address', ''],
        ['Bot token', token],
      ]),
    ).rejects.toThrow(Cancelled)
    expect(await read('portico.yaml')).toBe(before)
    await expect(read('.env')).rejects.toThrow('ENOENT')
  })

  it('refuses to ask where nobody can answer', async () => {
    const printed: string[] = []
    const print = (text: string) => void printed.push(text)
    const context = { environment: environmentOf({}), directory, print, printError: print }
    if (process.stdin.isTTY && process.stdout.isTTY) return
    expect(await runCli(['setup'], context)).toBe(1)
    expect(printed.join('')).toContain('run it in a terminal')
  })
})

describe('what is there already', () => {
  const yaml = () => `# our gate
channels:
  telegram:
    # of the porter
    bot_token: $PORTER # in .env
    bot_username: porter_bot
    api_root: ${telegram.url}
    rules: { people: [ "7" ] }
log:
  level: warn
`

  it('stays, comments and names of variables too', async () => {
    await write('portico.yaml', yaml())
    await write('.env', `# keep\nOTHER=1\nPORTER='${token}'`)
    const other = telegram.addBot({ username: 'other_bot' }).token
    await run([
      ['Which channels', ['telegram']],
      ['Public address', ''],
      ['Bot token', other],
      ['Bot username', '='],
      ...guide,
      ['PORTER in .env', true],
    ])
    const written = await read('portico.yaml')
    for (const line of yaml().split('\n')) expect(written).toContain(line.trim())
    expect(await read('.env')).toBe(`# keep\nOTHER=1\nPORTER=${other}`)
    const config = await readConfig({}, withEnvFile(environmentOf({}), directory), directory)
    expect(config.channels['telegram']).toMatchObject({
      settings: { bot_token: other, bot_username: 'porter_bot' },
      rules: { people: ['7'] },
    })
  })

  it('is not replaced without a yes', async () => {
    await write('portico.yaml', yaml())
    await write('.env', `PORTER=${token}\n`)
    const other = telegram.addBot({ username: 'other_bot' }).token
    await run([
      ['Which channels', ['telegram']],
      ['Public address', 'https://gate.example'],
      ['Bot token', other],
      ['Bot username', 'other_bot'],
      ...guide,
      ['channels.telegram.bot_username', false],
    ])
    expect(await read('.env')).toBe(`PORTER=${token}\n`)
    expect(await read('portico.yaml')).toContain('bot_username: porter_bot')
    expect(await read('portico.yaml')).toContain('public_url: https://gate.example')
  })

  it('is not touched where everything is kept', async () => {
    const text = `${yaml()}agents: { default: { kind: guide } }\n`.replace(
      'rules:',
      'enabled: true\n    rules:',
    )
    await write('portico.yaml', text)
    await write('.env', `PORTER=${token}\n`)
    await run([
      ['Which channels', ['telegram']],
      ['Public address', ''],
      ['enter keeps', ''],
      ['Bot username', '='],
      ...guide,
    ])
    expect(prompts.said).toContain('Nothing was to be written.')
    expect(await read('portico.yaml')).toBe(text)
  })

  it('takes away what another kind of agent does not know, and tells of a variable that wins', async () => {
    await write('portico.yaml', 'agents:\n  default:\n    kind: openai\n    model: small\n')
    await run([
      ['Which channels', []],
      ['Public address', ''],
      ['Which agent', 'guide'],
      ['agents.default.model', true],
    ])
    expect(await read('portico.yaml')).toBe('agents:\n  default:\n    kind: guide\n')
    await run(
      [
        ['Which channels', []],
        ['Public address', ''],
        ['Which agent', 'openai'],
        ['Base URL', ''],
        ['API key', 'new'],
        ['Model', ''],
        ['agents.default.kind', true],
      ],
      { OPENAI_API_KEY: 'old' },
    )
    expect(prompts.said.join('\n')).toContain('OPENAI_API_KEY is set in the environment')
  })
})
