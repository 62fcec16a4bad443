import { environment } from './config/env.ts'
import { runCli } from './cli/cli.ts'

// Whoever reads our output may stop early, as `head` does; the command still ends properly.
process.stdout.on('error', () => undefined)

const code = await runCli(process.argv.slice(2), {
  environment,
  directory: process.cwd(),
  print: (text) => process.stdout.write(`${text}\n`),
  printError: (text) => process.stderr.write(`${text}\n`),
})
// Sockets that a command left open must not keep the process.
process.exit(code)
