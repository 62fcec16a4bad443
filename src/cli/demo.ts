import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../config/config.ts'
import { configFlags, listenOptions, type Command } from './command.ts'
import { serveWith } from './serve.ts'

const whatToTry = `
Try this:
  1. Open the page, sign up, and write "help" to the agent.
  2. Ask for something slow, reload the page in the middle of the answer: it goes on.
  3. Open the playground, which stands for a chat app: write there as a stranger, and get a polite refusal.
  4. Take a connect code in the app, send it in the playground: now the chat is yours, and the agent answers.
  5. portico sim runs the chat platforms on this machine; portico setup is for real ones.

Nothing is kept: the data is removed when you press Ctrl-C.
`

/** `portico demo` */
export const demo: Command = {
  about:
    'Runs the server with throw-away data and without portico.yaml, and says what to try. Of the environment only OPENAI_* is heeded.',
  options: listenOptions,
  async run(flags, context) {
    const directory = await mkdtemp(join(tmpdir(), 'portico-demo-'))
    try {
      const environment = (name: string) =>
        name.startsWith('OPENAI_') ? context.environment(name) : undefined
      const config = await readConfig({ ...configFlags(flags), data: directory }, environment, directory)
      const quiet = { ...config, log: { level: 'warn' } }
      return await serveWith(quiet, { ...context, environment }, whatToTry)
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  },
}
