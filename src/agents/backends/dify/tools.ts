import type { AgentEvent } from '../../agent.ts'
import { fieldsOf, jsonOf, stringOf, type Fields } from '../../../lib/json.ts'
import { createToolParts } from '../../upstream/tool-parts.ts'

/** Tells the tools that an app uses: those of an agent's thoughts, and the nodes of a chatflow that are tools. */
export interface Tools {
  thought(thought: Fields): Generator<AgentEvent>
  nodeStarted(node: Fields): Generator<AgentEvent>
  nodeFinished(node: Fields): Generator<AgentEvent>
}

/** Other nodes are the app's own works, whose inputs may hold what is not for people. */
const shownNodes: readonly unknown[] = ['tool', 'knowledge-retrieval']

export function createTools(): Tools {
  const parts = createToolParts()
  return {
    // A thought is sent again each time that it grows: without a tool, with one, with what the tool returned.
    *thought(thought) {
      const names = stringOf(thought['tool']).split(';')
      const input = parsed(thought['tool_input'])
      const output = parsed(thought['observation'])
      for (const [index, name] of names.entries()) {
        const id = `${stringOf(thought['id'])}-${index + 1}`
        yield* parts.call(id, name, ofTool(input, name) ?? {})
        if (output !== '') yield* parts.output(id, ofTool(output, name))
      }
    },
    *nodeStarted(node) {
      if (!shownNodes.includes(node['node_type'])) return
      yield* parts.call(stringOf(node['id']), stringOf(node['title']), node['inputs'] ?? {})
    },
    nodeFinished(node) {
      const id = stringOf(node['id'])
      return node['status'] === 'failed'
        ? parts.fail(id, 'The tool failed.')
        : parts.output(id, node['outputs'])
    },
  }
}

/** Inputs and observations are JSON by the names of the tools, or a text where a model wrote something else. */
function ofTool(value: unknown, name: string): unknown {
  const fields = fieldsOf(value)
  return name in fields ? fields[name] : value === '' ? undefined : value
}

function parsed(value: unknown): unknown {
  const text = stringOf(value)
  return jsonOf(text) ?? text
}
