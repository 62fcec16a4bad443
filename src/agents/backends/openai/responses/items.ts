import type { AgentEvent } from '../../../agent.ts'
import { jsonOf, listOf, stringOf, type Fields } from '../../../../lib/json.ts'
import type { ToolParts } from '../../../upstream/tool-parts.ts'

/** The tools that the server runs itself, by the type of their items: what was asked of them, and what came of it. */
const serverTools: Readonly<
  Record<string, { input: (item: Fields) => unknown; output: (item: Fields) => unknown }>
> = {
  web_search_call: { input: ({ action }) => action ?? {}, output: () => null },
  file_search_call: {
    input: ({ queries }) => ({ queries: listOf(queries) }),
    output: ({ results }) => listOf(results),
  },
  code_interpreter_call: { input: ({ code }) => ({ code }), output: ({ outputs }) => listOf(outputs) },
  image_generation_call: {
    input: ({ revised_prompt: prompt }) => ({ prompt: prompt ?? null }),
    output: () => null,
  },
  mcp_call: { input: (item) => inputOf(item), output: ({ output }) => jsonOf(stringOf(output)) ?? output },
}

/** Begins the tool call that an item is, if it is one. */
export function startTool(tools: ToolParts, item: Fields): Generator<AgentEvent> {
  return tools.start(stringOf(item['id']), toolName(item))
}

/** Ends the tool call that an item is. A call that the server expects of us is refused. */
export function* endTool(tools: ToolParts, item: Fields): Generator<AgentEvent> {
  const id = stringOf(item['id'])
  const type = stringOf(item['type'])
  const tool = Object.hasOwn(serverTools, type) ? serverTools[type] : undefined
  if (tool === undefined && !isOurs(type)) return
  yield* tools.call(id, toolName(item), tool === undefined ? inputOf(item) : tool.input(item))
  if (tool === undefined) yield* tools.fail(id, 'Portico runs no tools for this agent.')
  else if (item['status'] === 'failed' || stringOf(item['error']) !== '')
    yield* tools.fail(id, 'The tool failed.')
  else yield* tools.output(id, tool.output(item))
}

/** The picture that an item holds. */
export function pictureIn({ type, result, output_format: format }: Fields): AgentEvent | undefined {
  if (type !== 'image_generation_call' || typeof result !== 'string' || result === '') return undefined
  const mediaType = `image/${stringOf(format) || 'png'}`
  return { type: 'file', url: `data:${mediaType};base64,${result}`, mediaType }
}

/** Whether the server waits for us to run this. */
export function isOurs(type: string): boolean {
  return type === 'function_call' || type === 'custom_tool_call'
}

function toolName(item: Fields): string {
  const type = stringOf(item['type'])
  if (isOurs(type) || type === 'mcp_call') return stringOf(item['name'])
  return Object.hasOwn(serverTools, type) ? type.replace(/_call$/, '') : ''
}

function inputOf(item: Fields): unknown {
  const text = stringOf(item['arguments'] ?? item['input'])
  return text === '' ? {} : (jsonOf(text) ?? text)
}
