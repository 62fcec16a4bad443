import { findAgentProblems } from '../agents/catalogue.ts'
import { ConfigError } from '../config/problems.ts'
import { readConfig, type Config } from '../config/config.ts'
import { createLog } from '../lib/log.ts'
import { configFlags, configOptions, listenOptions, type Command, type Context } from './command.ts'
import { checkChannels } from './doctor-channels.ts'
import { checkDatabase } from './doctor-database.ts'
import { bad, good, uncertain, type Finding } from './doctor-findings.ts'
import { checkProviders } from './doctor-providers.ts'
import { checkPort, checkPublicUrl, checkRedis } from './doctor-network.ts'
import { explain } from './explain.ts'

const marks = { good: 'ok  ', uncertain: 'look', bad: 'BAD ' }

/** `portico doctor` */
export const doctor: Command = {
  about:
    'Checks configuration, database, master key, clock, port, public URL, Redis, agents, providers, and the credentials of each bot; says what is wrong and how to mend it. Changes nothing. Exit code 1 when something is bad.',
  options: { ...configOptions, ...listenOptions },
  async run(flags, context) {
    const findings: Finding[] = []
    const report = (found: readonly Finding[]) => {
      findings.push(...found)
      for (const finding of found) context.print(show(finding))
    }
    try {
      const config = await readConfig(configFlags(flags), context.environment, context.directory)
      await examine(config, context, report)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      report(error.problems.map(({ path, message }) => bad('configuration', `${path}: ${message}`)))
    }
    const count = findings.filter(({ state }) => state === 'bad').length
    context.print(count === 0 ? '\nNothing is wrong.' : `\nTo be mended: ${count}.`)
    return count === 0 ? 0 : 1
  },
}

async function examine(
  config: Config,
  context: Context,
  report: (found: readonly Finding[]) => void,
): Promise<void> {
  report([good('configuration', config.file ?? 'no file: defaults and environment')])
  report(config.notices.map(({ path, message }) => uncertain('configuration', `${path} ${message}`)))
  report(checkAgents(config))
  report(await attempt('providers', () => checkProviders(config)))
  report(await attempt('database', () => checkDatabase(config, context, createLog('silent'))))
  report(await attempt('port', () => checkPort(config)))
  report(await attempt('public URL', () => checkPublicUrl(config)))
  report(await attempt('Redis', () => checkRedis(config)))
  report(await attempt('channels', () => checkChannels(config)))
}

async function attempt(subject: string, check: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await check()
  } catch (error) {
    return [bad(subject, explain(error))]
  }
}

function checkAgents(config: Config): Finding[] {
  const problems = findAgentProblems(config.agents)
  if (problems.length > 0) return problems.map(({ path, message }) => bad('agents', `${path}: ${message}`))
  return Object.entries(config.agents).map(([name, { kind }]) => good('agent', `${name}, of kind ${kind}`))
}

function show({ state, subject, text }: Finding): string {
  return `${marks[state]}  ${subject}: ${text}`
}
