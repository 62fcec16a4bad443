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

/** A value for programs, and the same as text for models that only read. */
export function asJson(value: Record<string, unknown>): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(value, null, 1) }], structuredContent: value }
}

/** A refusal that the model can act upon. Whatever is not one of ours is thrown on. */
export function asRefusal(error: unknown): CallToolResult {
  if (!(error instanceof GatewayError)) throw error
  const { code, detail, members } = error
  return { ...asJson({ error: code, detail, ...members }), isError: true }
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
