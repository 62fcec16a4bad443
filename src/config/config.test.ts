import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { environmentOf } from './env.ts'
import { readConfig, type ConfigFlags } from './config.ts'
import type { ConfigError } from './problems.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-test-'))
})
afterEach(() => rm(directory, { recursive: true }))

type Variables = Record<string, string>

async function read(yaml: string | undefined, variables: Variables = {}, flags: ConfigFlags = {}) {
  if (yaml !== undefined) await writeFile(join(directory, 'portico.yaml'), yaml)
  return await readConfig(flags, environmentOf(variables), directory)
}

async function problemsOf(yaml: string, variables: Variables = {}): Promise<Record<string, string>> {
  const error = await read(yaml, variables).then(
    () => ({ problems: [] }),
    (thrown: unknown) => thrown as ConfigError,
  )
  return Object.fromEntries(error.problems.map(({ path, message }) => [path, message]))
}

describe('without a file', () => {
  it('has defaults for everything', async () => {
    expect(await read(undefined)).toEqual({
      file: undefined,
      productName: 'Portico',
      dataDir: join(directory, '.portico'),
      server: {
        host: '127.0.0.1',
        port: 8080,
        publicUrl: undefined,
        trustedProxies: [],
        metricsToken: undefined,
      },
      database: { url: undefined },
      redis: { url: undefined },
      files: { kind: 'local' },
      log: { level: 'info' },
      auth: { mode: { kind: 'local' }, signUp: 'invitation' },
      agents: {
        default: {
          kind: 'guide',
          busy: 'queue',
          queueLimit: 20,
          integrations: { calls: 1_000 },
          settings: {},
        },
      },
      channels: {},
      channelConnections: { enabled: true, channels: {} },
      linking: { unbound: 'refuse', approval: 'one', botApiKey: undefined },
      integrations: {
        callbackOrigins: ['http://localhost:3000'],
        allowHosts: [],
        usual: { reads: 'allow', writes: 'ask' },
        rules: [],
        providers: {},
      },
      tokens: { memoryLimit: 200_000, blindMs: 600_000 },
      webhooks: { allowHosts: [] },
      notices: [],
    })
  })

  it('listens to the environment', async () => {
    const config = await read(undefined, {
      DATABASE_URL: 'postgres://db/portico',
      PORTICO_PORT: '9000',
      PORTICO_DATA_DIR: 'data',
      OPENAI_API_KEY: 'key',
    })
    expect(config.database.url).toBe('postgres://db/portico')
    expect(config.server.port).toBe(9000)
    expect(config.dataDir).toBe(join(directory, 'data'))
    expect(config.agents['default']).toMatchObject({ kind: 'openai', settings: { api_key: 'key' } })
  })
})

describe('integrations', () => {
  it('say whom and what a mistake concerns', async () => {
    const yaml = [
      'integrations:',
      '  callback_origins: [app.example.com, https://app.example.com/path, https://app.example.com]',
      '  rules: [{ agents: [defualt], methods: [POST], decision: allow }, { decision: perhaps }]',
    ]
    expect(await problemsOf(yaml.slice(0, 2).join('\n'))).toEqual({
      'integrations.callback_origins.0': 'must be an origin such as https://app.example.com.',
      'integrations.callback_origins.1': 'must be an origin such as https://app.example.com.',
    })
    expect(Object.keys(await problemsOf(yaml.toSpliced(1, 1).join('\n')))).toEqual([
      'integrations.rules.1.decision',
    ])
    expect(await problemsOf('integrations: { rules: [{ agents: [defualt], decision: ask }] }')).toEqual({
      'integrations.rules.0.agents': 'there is no agent defualt. Did you mean default?',
    })
  })

  it('take what an agent may do, and clients of providers with their secrets from variables', async () => {
    const config = await read(
      [
        'agents: { default: { kind: echo, integrations: { providers: [github], calls: 5 } } }',
        'integrations: { providers: { github: { client_id: $ID, client_secret: $SECRET } } }',
      ].join('\n'),
      { ID: 'id' },
    )
    expect(config.agents['default']?.integrations).toEqual({ providers: ['github'], calls: 5 })
    expect(config.integrations.providers).toEqual({ github: { client_id: 'id' } })
    expect(config.notices.map(({ path }) => path)).toEqual(['integrations.providers.github.client_secret'])
  })
})

describe('a file', () => {
  it('wins over the environment, and flags win over both', async () => {
    const config = await read(
      'server: { port: 1, host: 0.0.0.0 }\nagents: { default: { kind: echo } }\n',
      { PORTICO_PORT: '2', OPENAI_API_KEY: 'key' },
      { port: 3 },
    )
    expect(config.server).toMatchObject({ port: 3, host: '0.0.0.0' })
    expect(config.agents['default']).toMatchObject({ kind: 'echo', settings: {} })
  })

  it('takes values from variables, with defaults, inside of texts, and as numbers', async () => {
    const config = await read(
      [
        'server: { port: $PORT, public_url: "https://${HOST:-gate.example}/" }',
        'agents: { default: { kind: echo, a: $$literal, b: "pa$$word", c: $DIGITS } }',
        'channels: { telegram: { enabled: $ON, bot_token: $TOKEN } }',
      ].join('\n'),
      { PORT: '81', DIGITS: '123', ON: 'false', TOKEN: 't' },
    )
    expect(config.server).toMatchObject({ port: 81, publicUrl: 'https://gate.example' })
    expect(config.agents['default']?.settings).toEqual({ a: '$literal', b: 'pa$$word', c: '123' })
    expect(config.channels['telegram']).toEqual({
      enabled: false,
      agent: 'default',
      rules: { people: [], groups: [], spaces: [], inGroups: 'mention', threads: 'own', welcome: '' },
      settings: { bot_token: 't' },
    })
  })

  it('says whom a bot listens to, with ids as they stand there', async () => {
    const yaml = [
      'channels:',
      '  discord:',
      '    rules: { people: [42, $ADA], spaces: [1234567890123456789], in_groups: everything, welcome: Hello }',
    ]
    const config = await read(yaml.join('\n'), { ADA: '17' })
    expect(config.channels['discord']).toMatchObject({
      rules: {
        people: ['42', '17'],
        groups: [],
        spaces: ['1234567890123456789'],
        inGroups: 'everything',
        threads: 'own',
        welcome: 'Hello',
      },
      settings: {},
    })
  })

  it('may leave a variable unset where nothing needs it; what is switched on names it', async () => {
    const yaml = [
      'database: { url: $DATABASE_URL }',
      'channels:',
      '  telegram: { enabled: true, bot_token: $TELEGRAM_BOT_TOKEN }',
      '  slack: { enabled: false, bot_token: $SLACK_BOT_TOKEN }',
    ].join('\n')
    const config = await read(yaml, { TELEGRAM_BOT_TOKEN: '' })
    expect(config.database.url).toBeUndefined()
    expect(config.notices).toEqual([
      {
        path: 'channels.telegram.bot_token',
        message: 'is left out: the environment variable TELEGRAM_BOT_TOKEN is not set.',
      },
    ])
  })

  it('is found by --config, and its relative paths start at the file', async () => {
    await writeFile(join(directory, 'other.yaml'), 'data_dir: here\n')
    const config = await readConfig({ config: join(directory, 'other.yaml') }, environmentOf({}), '/')
    expect(config.dataDir).toBe(join(directory, 'here'))
    await expect(read(undefined, {}, { config: 'gone.yaml' })).rejects.toThrow(/gone\.yaml.*cannot be read/s)
  })
})

describe('a mistake is refused with its place', () => {
  const bucket =
    'kind: s3, region: auto, access_key_id: a, secret_access_key: b, endpoint: "https://s3.example", bucket: people'
  const mistakes: [name: string, yaml: string, path: string, message: RegExp][] = [
    ['an unknown key', 'serber: {}', 'serber', /Did you mean server\?/],
    ['an unknown key below', 'auth: { sing_up: open }', 'auth.sing_up', /Did you mean sign_up\?/],
    ['a far-off key', 'database: { colour: red }', 'database.colour', /Known here: url/],
    ['a wrong choice', 'auth: { mode: none }', 'auth.mode', /local, jwt, disabled/],
    ['a wrong type', 'server: { port: high }', 'server.port', /integer/],
    ['a port that is none', 'server: { port: 70000 }', 'server.port', /65535/],
    ['a list for a mapping', 'agents: [1]', 'agents', /object/],
    [
      'a list for a setting',
      'channels: { telegram: { bot_token: [a] } }',
      'channels.telegram.bot_token',
      /text/,
    ],
    ['an agent without a kind', 'agents: { helper: { model: x } }', 'agents.helper.kind', /missing/],
    [
      'a channel with an unknown agent',
      'channels: { telegram: { agent: defualt } }',
      'channels.telegram.agent',
      /default/,
    ],
    [
      'a misspelt rule',
      'channels: { slack: { rules: { wellcome: Hi } } }',
      'channels.slack.rules.wellcome',
      /Did you mean welcome\?/,
    ],
    [
      'misspelt rules',
      'channels: { slack: { rule: { welcome: Hi } } }',
      'channels.slack.rule',
      /Did you mean rules\?/,
    ],
    [
      'a rule that is none',
      'channels: { slack: { rules: { in_groups: always } } }',
      'channels.slack.rules.in_groups',
      /mention, everything, nothing/,
    ],
    [
      'a person of the lists whose variable is not set',
      'channels: { slack: { rules: { people: [$ADA] } } }',
      'channels.slack.rules.people.0',
      /variable ADA is not set/,
    ],
    ['an odd name', 'channels: { "My Bot": {} }', 'channels.My Bot', /small letters/],
    ['a database of another make', 'database: { url: "mysql://db" }', 'database.url', /postgres:/],
    ['a public URL without a scheme', 'server: { public_url: gate.example }', 'server.public_url', /https:/],
    [
      'a bucket without a key',
      'files: { kind: s3, endpoint: "https://s3.example", region: auto, bucket: people, access_key_id: a }',
      'files.secret_access_key',
      /missing/,
    ],
    [
      'a bucket elsewhere',
      `files: { ${bucket.replace('people', '../other')} }`,
      'files.bucket',
      /name of a bucket/,
    ],
    [
      'an endpoint without a scheme',
      `files: { ${bucket.replace('https://', '')} }`,
      'files.endpoint',
      /https:/,
    ],
    [
      'jwt without an issuer',
      'auth: { mode: jwt, audience: a, jwks_url: "https://i/k" }',
      'auth.issuer',
      /missing/,
    ],
    [
      'a required variable',
      'auth: { mode: jwt, issuer: $ISSUER }',
      'auth.issuer',
      /variable ISSUER is not set/,
    ],
    [
      'disabled on all interfaces',
      'server: { host: 0.0.0.0 }\nauth: { mode: disabled }',
      'auth.mode',
      /loopback/,
    ],
    ['broken YAML', 'server: {', '', /./],
  ]
  for (const [name, yaml, path, message] of mistakes)
    it(name, async () => {
      expect(await problemsOf(yaml)).toMatchObject({ [path]: expect.stringMatching(message) as string })
    })

  it('disabled in production', async () => {
    const problems = await problemsOf('auth: { mode: disabled }', { NODE_ENV: 'production' })
    expect(problems['auth.mode']).toContain('NODE_ENV')
  })

  it('and all of them at once, none with its value', async () => {
    const yaml = 'chanels: { telegram: { bot_token: hush } }\nserver: { port: hush }\nredis: { url: hush }\n'
    const problems = await problemsOf(yaml)
    expect(Object.keys(problems)).toEqual(expect.arrayContaining(['chanels', 'server.port']))
    expect(JSON.stringify(problems)).not.toContain('hush')
  })
})
