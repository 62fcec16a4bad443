import { Failure } from '../../upstream/failure.ts'
import { fieldsOf, listOf, stringOf } from '../../../lib/json.ts'
import type { AppApi } from './api.ts'

/** What an app says of itself (https://docs.dify.ai/en/api-reference/applications/get-app-parameters). */
export interface App {
  /** The names of its inputs. */
  inputs: ReadonlySet<string>
  /** Its answers are moderated, so what it says may be taken back. */
  moderates: boolean
}

export async function readApp(api: AppApi, user: string): Promise<App> {
  try {
    const parameters = fieldsOf(await api.get('/parameters', { user }))
    const moderation = fieldsOf(parameters['sensitive_word_avoidance'])
    const ofAnswers = fieldsOf(fieldsOf(moderation['config'])['outputs_config'])
    return {
      inputs: new Set(listOf(parameters['user_input_form']).map(nameOf)),
      moderates: moderation['enabled'] === true && ofAnswers['enabled'] !== false,
    }
  } catch (error) {
    // The message itself tells better what is wrong.
    if (!(error instanceof Failure)) throw error
    return { inputs: new Set(), moderates: false }
  }
}

/** Each entry of the form is `{ <kind of control>: { variable, ... } }`. */
function nameOf(entry: unknown): string {
  return stringOf(fieldsOf(Object.values(fieldsOf(entry))[0])['variable'])
}
