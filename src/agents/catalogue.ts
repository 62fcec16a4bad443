import type { AgentConfig, Settings } from '../config/config.ts'
import { ConfigError, type ConfigProblem } from '../config/problems.ts'
import { nearest } from '../lib/nearest.ts'
import type { Agent, AgentDefinition, AgentDependencies, AgentField, AgentSettings } from './agent.ts'
import { agUi } from './backends/ag-ui/ag-ui.ts'
import { dify } from './backends/dify/dify.ts'
import { echo } from './backends/echo.ts'
import { guide } from './backends/guide/guide.ts'
import { langgraph } from './backends/langgraph/langgraph.ts'
import { openai } from './backends/openai/openai.ts'
import { uiMessageStream } from './backends/ui-message-stream/ui-message-stream.ts'
import { webhook } from './backends/webhook/webhook.ts'

/** Every kind of agent. A new one is its file and its line here. */
export const agentKinds: readonly AgentDefinition[] = [
  guide,
  echo,
  openai,
  dify,
  langgraph,
  agUi,
  uiMessageStream,
  webhook,
]

/** The agents of the configuration by name. */
type AgentConfigs = Readonly<Record<string, Pick<AgentConfig, 'kind' | 'settings'>>>

/** Makes the configured agents, each under its name. Throws ConfigError with every mistake that was found. */
export function createAgents(
  configs: AgentConfigs,
  dependencies: AgentDependencies,
): ReadonlyMap<string, Agent> {
  const problems = findAgentProblems(configs)
  if (problems.length > 0) throw new ConfigError(problems)
  const agents = new Map<string, Agent>()
  for (const [name, { kind, settings }] of Object.entries(configs)) {
    const definition = definitionOf(kind)
    if (definition !== undefined)
      agents.set(name, definition.create(readSettings(definition, settings), dependencies))
  }
  return agents
}

/** What is wrong with the settings of the configured agents. Values are never repeated: they may be secrets. */
export function findAgentProblems(configs: AgentConfigs): ConfigProblem[] {
  return Object.entries(configs).flatMap(([name, { kind, settings }]) => {
    const place = `agents.${name}`
    const definition = definitionOf(kind)
    if (definition === undefined) {
      const kinds = agentKinds.map((known) => known.kind)
      return [{ path: `${place}.kind`, message: `there is no agent kind ${kind}${suggestion(kind, kinds)}` }]
    }
    return checkSettings(definition, settings).map(({ path, message }) => ({
      path: `${place}.${path}`,
      message,
    }))
  })
}

function definitionOf(kind: string): AgentDefinition | undefined {
  return agentKinds.find((definition) => definition.kind === kind)
}

function checkSettings(definition: AgentDefinition, settings: Settings): ConfigProblem[] {
  const names = definition.fields.map(({ name }) => name)
  const problems = [
    ...Object.keys(settings)
      .filter((key) => !names.includes(key))
      .map((key) => ({
        path: key,
        message: `the agent kind ${definition.kind} has no such setting${suggestion(key, names)}`,
      })),
    ...definition.fields.flatMap((field) => {
      const message = checkField(field, settings[field.name])
      return message === undefined ? [] : [{ path: field.name, message }]
    }),
  ]
  return problems.length > 0 ? problems : (definition.check?.(readSettings(definition, settings)) ?? [])
}

function suggestion(word: string, known: string[]): string {
  const meant = nearest(word, known)
  if (meant !== undefined) return `. Did you mean ${meant}?`
  return known.length === 0 ? '; it takes none.' : `. Known are: ${known.join(', ')}.`
}

function checkField(field: AgentField, value: Settings[string] | undefined): string | undefined {
  if (value === undefined || value === '')
    return field.required ? `is missing. It is needed for: ${field.label}.` : undefined
  if (field.type === 'number') {
    const number = numberOf(value)
    return number !== undefined && number >= 0 ? undefined : 'must be a number, zero or more.'
  }
  if (field.type === 'boolean') return booleanOf(value) === undefined ? 'must be true or false.' : undefined
  return typeof value === 'string' ? undefined : 'must be text. Put it in quotes.'
}

/** Settings in the types of their fields. A variable that is not set reads as an empty text, and is left out. */
function readSettings(definition: AgentDefinition, settings: Settings): AgentSettings {
  return Object.fromEntries(
    definition.fields.map(({ name, type }) => {
      const value = settings[name]
      if (value === undefined || value === '') return [name, undefined]
      return [name, typed[type](value)]
    }),
  )
}

/** Variables of the environment are text, numbers and booleans too. */
function numberOf(value: Settings[string]): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

function booleanOf(value: Settings[string]): boolean | undefined {
  if (typeof value === 'boolean') return value
  return value === 'true' || value === 'false' ? value === 'true' : undefined
}

const typed = { text: String, password: String, number: numberOf, boolean: booleanOf }
