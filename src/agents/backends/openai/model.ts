import type { AgentDependencies } from '../../agent.ts'
import { request } from './connection.ts'
import { Failure } from './failure.ts'
import type { OpenAiSettings } from './settings.ts'

/** Asked for when nobody names a model and the server does not say which it has. */
export const usualModel = 'gpt-5-mini'

/**
 * The model to ask for when the settings name none: the usual one if the server has it, else the first it
 * lists, which is the only one on most local servers. Undefined if the server does not say.
 */
export async function findModel(
  settings: OpenAiSettings,
  dependencies: AgentDependencies,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    for await (const text of request({ path: '/models' }, settings, dependencies, signal)) {
      const models = readModels(text)
      return models.includes(usualModel) ? usualModel : models[0]
    }
  } catch (error) {
    // The completion itself tells better what is wrong.
    if (!(error instanceof Failure)) throw error
  }
  return undefined
}

function readModels(json: string): string[] {
  try {
    const { data } = JSON.parse(json) as { data?: { id?: unknown }[] }
    return Array.isArray(data) ? data.map(({ id }) => id).filter((id) => typeof id === 'string') : []
  } catch {
    return []
  }
}
