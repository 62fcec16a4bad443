import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { catalogue } from '../../channels/catalogue.ts'
import { portOf, textOf, type Command } from '../command.ts'
import { StopSignals } from '../stop-signals.ts'
import { serveTown } from './town-server.ts'
import { Town } from './town.ts'

const usualPort = 8090

/** `portico sim` */
export const sim: Command = {
  about:
    'Runs every chat platform on this machine, as a bot cannot tell from the real ones, with a page to chat as anybody and to cause troubles.',
  options: {
    port: {
      type: 'string',
      value: 'PORT',
      about: `Port of the page; the platforms take those after it. Default: ${usualPort}.`,
    },
    channels: { type: 'string', value: 'NAMES', about: 'Only these channels, separated by commas.' },
    gateway: {
      type: 'string',
      value: 'URL',
      about: 'Where Portico listens, for platforms that call. Default: http://127.0.0.1:8080.',
    },
    write: { type: 'string', value: 'FILE', about: 'Write a portico.yaml that uses these platforms.' },
  },
  async run(flags, context) {
    const known = catalogue.map(({ name }) => name)
    const channels = textOf(flags, 'channels')?.split(',') ?? known
    const unknown = channels.find((name) => !known.includes(name))
    if (unknown !== undefined)
      throw new Error(`There is no channel ${unknown}. There are: ${known.join(', ')}.`)
    const port = portOf(flags) ?? usualPort
    const signals = new StopSignals()
    const gateway = textOf(flags, 'gateway') ?? 'http://127.0.0.1:8080'
    const town = await Town.start(channels, port === 0 ? 0 : port + 1, gateway)
    const page = await serveTown(town, port)
    const yaml = stringify({ channels: town.settings() })
    const file = textOf(flags, 'write')
    if (file !== undefined) await writeFile(join(context.directory, file), yaml)
    context.print(howTo(page.url, file, yaml))
    await signals.first
    await page.close()
    await town.stop()
    return 0
  },
}

function howTo(url: string, file: string | undefined, yaml: string): string {
  const settings =
    file === undefined
      ? `In portico.yaml:\n\n${yaml}`
      : `Start Portico with them:\n\n  npm start -- serve --config ${file}\n`
  return `
The platforms run. Chat as anybody at ${url}

${settings}
Stop with Ctrl-C.`
}
