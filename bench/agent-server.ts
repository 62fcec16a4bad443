/**
 * The agent server of bench/chat-proxy.ts, as a process of its own: speaks chat completions, and answers with what it
 * is asked, a word every so many milliseconds (`node agent-server.ts MS`). Tells its address over IPC.
 */
import { startOpenAiServer } from '../src/agents/testing/openai-server.ts'

const { url } = await startOpenAiServer({ pieceMs: Number(process.argv[2]) })
process.send?.(url)
process.on('disconnect', () => process.exit(0))
