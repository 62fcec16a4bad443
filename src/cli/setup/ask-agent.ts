import { agentKinds, findAgentProblems } from '../../agents/catalogue.ts'
import type { AgentDefinition } from '../../agents/agent.ts'
import type { AgentConfig } from '../../config/config.ts'
import { askField } from './ask-channel.ts'
import type { SetupTools } from './setup.ts'
import type { Wish } from './wishes.ts'

const place = ['agents', 'default']
/** The others are for the configuration file. */
const asked = ['base_url', 'api_key', 'model']

/** Asks who answers; what the agent was before is `current`. */
export async function askAgent(current: AgentConfig | undefined, tools: SetupTools): Promise<Wish[]> {
  const { prompts } = tools
  const kind = await prompts.choose({
    message: 'Which agent answers?',
    options: agentKinds.map((known) => ({ value: known.kind, label: known.displayName })),
    initial: current?.kind ?? 'guide',
  })
  const definition = agentKinds.find((known) => known.kind === kind)
  if (definition === undefined) return []
  const before = current?.kind === kind ? current.settings : {}
  const settings = await askSettings(definition, before, tools)
  const foreign = Object.keys(current?.settings ?? {}).filter(
    (name) => !definition.fields.some((field) => field.name === name),
  )
  return [
    { path: [...place, 'kind'], value: kind },
    ...Object.entries(settings).map(([name, value]) => ({
      path: [...place, name],
      value,
      ...(isSecret(definition, name) && { variable: `OPENAI_${name.toUpperCase()}` }),
    })),
    // No kind takes the settings of another.
    ...foreign.map((name) => ({ path: [...place, name], value: undefined })),
  ]
}

async function askSettings(
  definition: AgentDefinition,
  before: AgentConfig['settings'],
  tools: SetupTools,
): Promise<Record<string, string>> {
  for (;;) {
    const settings: Record<string, string> = {}
    for (const field of definition.fields.filter(({ name }) => asked.includes(name))) {
      const stored = before[field.name]?.toString()
      const value = await askField(field, stored, tools)
      if (value !== (stored ?? '')) settings[field.name] = value
    }
    const problems = findAgentProblems({
      default: { kind: definition.kind, settings: { ...before, ...settings } },
    })
    if (problems.length === 0) return settings
    for (const { path, message } of problems) tools.prompts.say(`${path} ${message}`, 'bad')
  }
}

function isSecret({ fields }: AgentDefinition, name: string): boolean {
  return fields.some((field) => field.name === name && field.type === 'password')
}
