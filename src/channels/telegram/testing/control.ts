import type { IncomingMessage } from 'node:http'
import type { ChatMessage } from './chat.ts'
import type { FaultRule } from './faults.ts'
import { readParameters } from './parameters.ts'
import { badRequest } from './refusal.ts'
import type { TelegramSimulator } from './simulator.ts'

/**
 * The simulator's own side door, so that another process can play the people: each entry is
 * `POST /control/<name>` with a JSON object, answered with JSON.
 */
interface Controls {
  bot(input: { token?: string; username?: string; name?: string; privacy?: boolean }): {
    token: string
    username: string
  }
  person(input: { id: number; first_name?: string; username?: string }): { id: number }
  group(input: { id: number; title: string; isForum?: boolean; bots?: string[]; topics?: number[] }): {
    id: number
  }
  write(input: {
    token: string
    personId: number
    text: string
    groupId?: number
    topicId?: number
    replyTo?: number
  }): { id: number }
  edit(input: { token: string; chatId: number; id: number; text: string }): { id: number }
  /** A chat as its people see it; with `after` the answer waits for a version above it, at most 20 seconds. */
  chat(input: { token: string; chatId: number; after?: number }): Promise<ChatView>
  fault(input: FaultRule): Record<string, never>
  revoke(input: { token: string }): Record<string, never>
}

export interface ChatView {
  version: number
  messages: ChatMessage[]
}

function controlsOf(telegram: TelegramSimulator): Controls {
  const chatOf = (token: string, id: number) => {
    const chat = id > 0 ? telegram.privateChat(token, id, true) : telegram.group(id)
    if (chat === undefined) throw badRequest('chat not found')
    return chat
  }
  return {
    bot(input) {
      const { token, account } = telegram.addBot(input)
      return { token, username: account.username }
    },
    person: (input) => ({ id: telegram.person(input).account.id }),
    group({ topics = [], ...input }) {
      const chat = telegram.addGroup(input)
      for (const topic of topics) chat.topics.set(topic, `Topic ${topic}`)
      return { id: chat.id }
    },
    write({ token, personId, text, groupId, ...place }) {
      const from = telegram.people.get(personId)
      if (from === undefined) throw badRequest('no such person')
      const chat = groupId === undefined ? {} : { chat: chatOf(token, groupId) }
      return { id: telegram.write(from, token, text, { ...place, ...chat }).id }
    },
    edit: ({ token, chatId, id, text }) => ({ id: telegram.edit(chatOf(token, chatId), id, text).id }),
    async chat({ token, chatId, after = -1 }) {
      const chat = chatOf(token, chatId)
      const tooLong = new Promise((resolve) => setTimeout(resolve, 20_000).unref())
      await Promise.race([chat.until(({ version }) => version > after), tooLong])
      return { version: chat.version, messages: chat.messages }
    },
    fault(input) {
      telegram.faults.add(input)
      return {}
    },
    revoke({ token }) {
      telegram.revoke(token)
      return {}
    },
  }
}

export async function answerControl(
  telegram: TelegramSimulator,
  name: string,
  request: IncomingMessage,
): Promise<unknown> {
  const { raw } = await readParameters(request, new URL('http://simulator'))
  const controls = controlsOf(telegram)
  const control = Object.entries(controls).find(([key]) => key === name)?.[1] as
    ((input: unknown) => unknown) | undefined
  if (control === undefined) throw badRequest(`no control ${name}`)
  return control(raw)
}

/** The people's side of a simulator in another process. */
export type RemoteControls = {
  [name in keyof Controls]: (
    ...input: Parameters<Controls[name]>
  ) => Promise<Awaited<ReturnType<Controls[name]>>>
}

export function connectToSimulator(url: string): RemoteControls {
  const call = async (name: string, input: unknown): Promise<unknown> => {
    const response = await fetch(`${url}/control/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    })
    if (!response.ok) throw new Error(`control ${name}: ${await response.text()}`)
    return response.json()
  }
  return new Proxy({} as RemoteControls, { get: (_, name) => (input: unknown) => call(String(name), input) })
}
