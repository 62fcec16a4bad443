import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody, startLocalServer, writePiece } from './local-server.ts'

/** What the server answers to one request, piece by piece. */
export interface Reply {
  status?: number
  headers?: Readonly<Record<string, string>>
  pieces?: readonly (string | Uint8Array)[]
  /** `cut` resets the connection after the pieces, `hang` leaves it open, `reset` answers nothing at all. */
  end?: 'cut' | 'hang' | 'reset'
}

export interface SeenRequest {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: string
  /** Resolves when the client has gone away or the answer is complete. */
  closed: Promise<void>
}

export interface ScriptedServer {
  url: string
  requests: SeenRequest[]
  /** How the next requests are answered, one each, in order. */
  next(...replies: Reply[]): void
  stop: () => Promise<void>
}

/** A local server that answers as it is told, else as it `usually` does. */
export async function startScriptedServer(usually: (request: SeenRequest) => Reply): Promise<ScriptedServer> {
  const requests: SeenRequest[] = []
  const queue: Reply[] = []
  const { url, stop } = await startLocalServer(async (request, response) => {
    const closed = new Promise<void>((resolve) => response.on('close', resolve))
    const { method = '', url: path = '', headers } = request
    const seen = { method, path, headers, body: (await readBody(request)).toString(), closed }
    requests.push(seen)
    await send(response, queue.shift() ?? usually(seen))
  })
  return { url, requests, next: (...replies) => void queue.push(...replies), stop }
}

async function send(response: ServerResponse, { status = 200, headers = {}, pieces = [], end }: Reply) {
  if (end === 'reset') {
    response.destroy()
    return
  }
  response.writeHead(status, headers)
  response.flushHeaders()
  for (const piece of pieces) {
    if (response.destroyed) return
    await writePiece(response, piece)
  }
  if (end === 'cut') response.destroy()
  else if (end === undefined) response.end()
}
