import {
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  inputResponse,
  type CallToolResult,
  type InputRequiredResult,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { GatewayError } from '../lib/errors.ts'
import { fieldsOf } from '../lib/json.ts'
import type { Log } from '../lib/log.ts'

/** A value for programs, and the same as text for models that only read. */
export function asJson(value: Record<string, unknown>): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(value, null, 1) }], structuredContent: value }
}

/** A refusal that the model can act upon. */
export function asRefusal({ code, detail, members }: GatewayError): CallToolResult {
  return { ...asJson({ error: code, detail, ...members }), isError: true }
}

/** What a tool answers, also when it fails: of an error that is not one of ours, a model reads nothing. */
export async function answering<T>(log: Log, tool: () => Promise<T>): Promise<T | CallToolResult> {
  try {
    return await tool()
  } catch (error) {
    if (error instanceof GatewayError) return asRefusal(error)
    log.error({ err: error }, 'a tool failed')
    return {
      ...asJson({ error: 'internal', detail: 'That went wrong. Try again in a moment.' }),
      isError: true,
    }
  }
}

const answerKey = 'connect'

/**
 * Asks the person to open a link: through the client where it can show one (URL elicitation), else in words for the
 * model to pass on. A client that was asked once and comes back without the account is not asked again.
 */
export function showLink(
  context: ServerContext,
  { message, url }: { message: string; url: string },
): CallToolResult | InputRequiredResult {
  const answer = inputResponse(context.mcpReq.inputResponses, answerKey)
  if (answer.kind === 'elicit' && answer.action !== 'accept')
    return { ...asJson({ error: 'declined', detail: 'The person does not want to connect.' }), isError: true }
  if (answer.kind === 'missing' && canShowLinks(context))
    return inputRequired({ inputRequests: { [answerKey]: inputRequired.elicitUrl({ message, url }) } })
  return asJson({
    connect_url: url,
    detail: `${message} Show this link to the person, and try again when they are done.`,
  })
}

function canShowLinks({ mcpReq }: ServerContext): boolean {
  const capabilities = fieldsOf(fieldsOf(mcpReq.envelope)[CLIENT_CAPABILITIES_META_KEY])
  return fieldsOf(capabilities['elicitation'])['url'] !== undefined
}
