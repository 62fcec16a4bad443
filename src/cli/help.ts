import type { CommandEntry } from './cli.ts'
import type { Command } from './command.ts'

/** `portico --help`. */
export function overview(commands: Readonly<Record<string, CommandEntry>>): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => [name, summary] as const)
  return `Portico, the front door of an AI agent.

Usage: portico [COMMAND] [OPTIONS]

${columns(rows)}

portico COMMAND --help says more. Configuration: docs/reference/config.md.`
}

/** `portico COMMAND --help`. */
export function helpOf(name: string, command: Command): string {
  const rows = Object.entries(command.options).map(
    ([option, { value, about }]) => [`--${option}${value === undefined ? '' : ` ${value}`}`, about] as const,
  )
  const usage = [name, command.takes, rows.length > 0 ? '[OPTIONS]' : undefined]
  return `Usage: portico ${usage.filter((part) => part !== undefined).join(' ')}\n\n${command.about}${rows.length > 0 ? `\n\n${columns(rows)}` : ''}`
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`).join('\n')
}
