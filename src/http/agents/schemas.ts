import { Type } from 'typebox'

/** The kind of each, by its name, in the order of the configuration. */
export type ConfiguredAgents = ReadonlyMap<string, string>

export const AgentView = Type.Object(
  {
    name: Type.String(),
    kind: Type.String(),
    disabled: Type.Boolean({
      description: 'It takes no new turns, and tokens that are kept to it are refused.',
    }),
  },
  { title: 'Agent' },
)
