/**
 * Writes docs/reference/channels.md: what each channel can do, as its definition says.
 *
 *   node scripts/generate-channel-table.ts [--check]     with --check it writes nothing; exit status 1 if out of date
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { catalogue } from '../src/channels/catalogue.ts'
import type { ChannelAbilities, ChannelDefinition, Pace } from '../src/channels/channel.ts'

const target = join(import.meta.dirname, '../docs/reference/channels.md')

/** One column per channel would be too wide: one row per channel, in tables by subject. */
const tables: { title: string; columns: Record<string, (definition: ChannelDefinition) => string> }[] = [
  {
    title: 'How it is reached',
    columns: {
      'Public address needed': ({ reach }) => (reach === 'webhook' ? 'yes' : 'no'),
      'A person connects by': ({ authMode, privateChats }) =>
        authMode === 'deep_link'
          ? 'a link or QR code'
          : privateChats === false
            ? 'a code from a named account'
            : 'a code',
      Credentials: ({ credentialFields, ...definition }) =>
        [
          ...credentialFields.filter(({ hidden }) => hidden !== true).map(({ name }) => `\`${name}\``),
          ...('login' in definition ? ['or a QR code'] : []),
        ].join(', '),
    },
  },
  {
    title: 'How an answer appears',
    columns: {
      'While it is written': ({ abilities }) => streaming[abilities.streaming],
      'Longest message': ({ abilities: { maxTextLength, textUnit } }) =>
        `${maxTextLength.toLocaleString('en')} ${textUnit === 'utf8_bytes' ? 'bytes' : 'characters'}`,
      'Sent twice by a crash': ({ abilities }) => duplicates(abilities),
      'Typing sign': ({ abilities }) => (abilities.typingIntervalMs === undefined ? 'no' : 'yes'),
      Buttons: ({ abilities: { buttons } }) => (buttons === undefined ? 'no' : `up to ${buttons.max}`),
    },
  },
  {
    title: 'Files and limits',
    columns: {
      'Files in': ({ abilities: { files } }) => size(files?.maxInboundBytes),
      'Files out': ({ abilities: { files } }) => size(files?.maxOutboundBytes),
      'Messages per chat': ({ abilities: { pace } }) => rate(pace.privateChat),
      'Messages per group': ({ abilities: { pace } }) => rate(pace.groupChat),
      'Calls per bot': ({ abilities: { pace } }) => rate(pace.bot),
      'May answer for': ({ abilities: { replyWindow } }) =>
        replyWindow === undefined
          ? 'ever'
          : `${replyWindow.hours} hours${replyWindow.messages === undefined ? '' : `, ${replyWindow.messages} messages`}`,
    },
  },
]

const streaming = {
  edit: 'one message is edited',
  native: "the platform's own growing message",
  buffer: 'it is sent when it is complete',
}

function duplicates({ idempotentSend, streaming: how }: ChannelAbilities): string {
  if (idempotentSend) return 'never'
  return how === 'buffer' ? 'possible' : 'a placeholder at most'
}

function size(bytes: number | undefined): string {
  return bytes === undefined ? 'no' : `${Math.round(bytes / 1_000_000)} MB`
}

function rate({ burst, perSecond }: Pace): string {
  const perMinute = perSecond * 60
  const steady = perSecond >= 1 ? `${round(perSecond)}/s` : `${round(perMinute)}/min`
  return `${steady}, ${burst} at once`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function print(): string {
  const sorted = catalogue.toSorted((a, b) => a.displayName.localeCompare(b.displayName))
  const printed = tables.map(({ title, columns }) => {
    const names = Object.keys(columns)
    const rows = sorted.map((definition) => {
      const cells = Object.values(columns).map((cell) => cell(definition))
      return `| [${definition.displayName}](../channels/${definition.name}.md) | ${cells.join(' | ')} |`
    })
    return [
      `## ${title}`,
      '',
      `| Channel | ${names.join(' | ')} |`,
      `|${' --- |'.repeat(names.length + 1)}`,
      ...rows,
    ].join('\n')
  })
  const intro =
    'What each channel can do and how much it takes. Written by `npm run channel-table` from the definitions in ' +
    '`src/channels`; delivery obeys the same data.'
  return `# Channels\n\n${intro}\n\n${printed.join('\n\n')}\n`
}

const page = print()
if (!process.argv.includes('--check')) {
  await writeFile(target, page)
} else if ((await readFile(target, 'utf8').catch(() => '')) !== page) {
  console.error('docs/reference/channels.md is out of date. Run: npm run channel-table')
  process.exitCode = 1
}
