import type { Config } from '../config/config.ts'

interface Started {
  config: Config
  url: string
  /** Nobody has signed up yet. */
  needsAdmin: boolean
  version: string
}

/** What the terminal shows when the server is up. */
export function banner({ config, url, needsAdmin, version }: Started): string {
  const database = config.database.url === undefined ? 'embedded PostgreSQL' : 'PostgreSQL by DATABASE_URL'
  const kind = config.agents['default']?.kind ?? ''
  const rows = [
    ['Open', url],
    ['Data', `${config.dataDir} (${database})`],
    [
      'Agent',
      kind === 'guide'
        ? 'guide, which shows you round; set OPENAI_API_KEY or OPENAI_BASE_URL for a model'
        : kind,
    ],
    ...(needsAdmin ? [['First', 'sign up on that page: the first account is the administrator']] : []),
    ...(config.auth.mode.kind === 'disabled'
      ? [['Note', 'everyone who reaches this address is the administrator']]
      : []),
    ['Stop', 'Ctrl-C'],
  ]
  const lines = rows.map(([name = '', text = '']) => `  ${name.padEnd(7)}${text}`)
  return `\n${config.productName} ${version} is running.\n\n${lines.join('\n')}\n`
}
