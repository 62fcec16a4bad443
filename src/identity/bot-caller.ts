/** An outside bot service that is calling, as its key says. */
export interface BotCaller {
  keyId: string
  /** The bot's name, as people are told it. */
  name: string
  workspaceId: string
  /** The agent that its people talk to. */
  agent: string
  /** The channels whose identities it may speak for; empty: all. */
  channels: readonly string[]
}

/** Whether a bot may speak for identities of a channel. */
export function speaksFor({ channels }: Pick<BotCaller, 'channels'>, channel: string): boolean {
  return channels.length === 0 || channels.includes(channel)
}
