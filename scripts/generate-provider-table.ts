/**
 * Writes docs/reference/providers.md: what is known of each provider, as its entry says.
 *
 *   node scripts/generate-provider-table.ts [--check]     with --check it writes nothing; exit status 1 if out of date
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { entries } from '../src/integrations/entries.ts'
import { supports, type Provider } from '../src/integrations/provider.ts'

const target = join(import.meta.dirname, '../docs/reference/providers.md')

const intro = `# The catalogue of providers

${entries.length} services at which people can lend their accounts. Written by \`npm run provider-table\` from the entries in
\`src/integrations/providers\`; [docs/providers.md](../providers.md) says how to configure, change and add one.

How to read it: _types_ are the ways of lending, \`oauth\` needing a client of the operator unless it says _registers
itself_. _PKCE_ is sent unless it says \`avoid\`; \`tolerated\` means that it was seen to work and is not documented.
_Rotation_ is what happens to a refresh token when it is used; where nobody knows, it is treated as one that works once.
_Revoke_ is what ends at the provider when somebody disconnects: that token, the whole grant of the person to this client,
or nothing, in which case people are told where to do it by hand. _Evidence_ is how sure the facts are; in brackets, how
many fields rest on one weak source or on general knowledge. No entry was tried against the live service: every entry
names its sources in \`evidence\`, those fields in \`unverified\`. Links for people (\`register_url\`, \`manage_url\`,
\`help_url\`), labels and default scopes are a service to them and were not checked.
`

const columns: Record<string, (entry: Provider) => string> = {
  Provider: ({ name }) => name,
  Id: ({ id }) => `\`${id}\``,
  Types: types,
  PKCE: ({ pkce }) => pkce ?? '',
  Rotation: ({ refresh }) => refresh?.rotation.replace('_', ' ') ?? '',
  Revoke: (entry) => entry.revoke?.effect ?? (supports(entry).oauth ? 'no' : ''),
  Evidence: ({ confidence, unverified }) =>
    unverified === undefined ? confidence : `${confidence} (${unverified.length})`,
  Checked: ({ checked_on: checked }) => checked,
}

function types(entry: Provider): string {
  const { oauth, apiKey, userPassword, hostScoped } = supports(entry)
  return [
    ...(oauth ? [entry.registration === undefined ? 'oauth' : 'oauth (registers itself)'] : []),
    ...(apiKey ? ['key'] : []),
    ...(userPassword ? ['password'] : []),
    ...(hostScoped ? ['headers'] : []),
  ].join(', ')
}

function print(): string {
  const sorted = entries.toSorted((one, other) => one.name.localeCompare(other.name, 'en'))
  const rows = sorted.map(
    (entry) =>
      `| ${Object.values(columns)
        .map((cell) => cell(entry))
        .join(' | ')} |`,
  )
  const names = Object.keys(columns)
  return [intro, `| ${names.join(' | ')} |`, `|${' --- |'.repeat(names.length)}`, ...rows, ''].join('\n')
}

const page = print()
if (!process.argv.includes('--check')) {
  await writeFile(target, page)
} else if ((await readFile(target, 'utf8').catch(() => '')) !== page) {
  console.error('docs/reference/providers.md is out of date. Run: npm run provider-table')
  process.exitCode = 1
}
