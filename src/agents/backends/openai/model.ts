import { fieldsOf, jsonOf, listOf, stringOf } from '../../../lib/json.ts'
import type { AgentDependencies } from '../../agent.ts'
import { Failure } from '../../upstream/failure.ts'
import { askUpstream, type Upstream } from '../../upstream/upstream.ts'

/** Asked for when nobody names a model and the server does not say which it has. */
export const usualModel = 'gpt-5-mini'

/**
 * The model to ask for when the settings name none: the usual one if the server has it, else the first it
 * lists, which is the only one on most local servers. Undefined if the server does not say.
 */
export async function findModel(
  upstream: Upstream,
  dependencies: AgentDependencies,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    for await (const { data } of askUpstream({ path: '/models' }, upstream, dependencies, signal)) {
      const models = readModels(data)
      return models.includes(usualModel) ? usualModel : models[0]
    }
  } catch (error) {
    // The completion itself tells better what is wrong.
    if (!(error instanceof Failure)) throw error
  }
  return undefined
}

function readModels(json: string): string[] {
  return listOf(fieldsOf(jsonOf(json))['data'])
    .map((model) => stringOf(fieldsOf(model)['id']))
    .filter((id) => id !== '')
}
