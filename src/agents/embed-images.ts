import type { AgentFile, AgentTurn } from './agent.ts'

/** Servers take some 20 MB of one request; base64 adds a third. */
const maxBytes = 12 * 1024 * 1024

/**
 * Puts images that lie here into the request itself: the model's server may not be able to fetch them, since
 * Portico can stand behind a firewall. What is too large, or cannot be read, stays an address.
 */
export async function embedImages(turn: AgentTurn): Promise<AgentTurn> {
  if (!turn.message.files.some((file) => 'read' in file)) return turn
  let room = maxBytes
  const files: AgentFile[] = []
  for (const file of turn.message.files) {
    const blob = file.mediaType.startsWith('image/') ? await file.read?.().catch(() => undefined) : undefined
    if (blob === undefined || blob.size > room) files.push(file)
    else {
      room -= blob.size
      files.push({ ...file, url: await dataUrl(blob, file.mediaType) })
    }
  }
  return { ...turn, message: { ...turn.message, files } }
}

async function dataUrl(blob: Blob, mediaType: string): Promise<string> {
  return `data:${mediaType};base64,${Buffer.from(await blob.arrayBuffer()).toString('base64')}`
}
