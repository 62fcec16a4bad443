import { startLocalServer, type LocalServer, type Reply, type SeenRequest } from './local-server.ts'

export interface ScriptedServer extends LocalServer {
  /** How the next requests are answered, one each, in order. */
  next(...replies: Reply[]): void
}

/** A local server that answers as it is told, else as it `usually` does. */
export async function startScriptedServer(usually: (request: SeenRequest) => Reply): Promise<ScriptedServer> {
  const queue: Reply[] = []
  const server = await startLocalServer((request) => queue.shift() ?? usually(request))
  return { ...server, next: (...replies) => void queue.push(...replies) }
}
