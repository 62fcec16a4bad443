import { startEmbeddedPostgres } from '../embedded-postgres.ts'

/** A process of its own for the tests that kill one: `node hold-directory.ts DIRECTORY` starts a server and stays. */
const server = await startEmbeddedPostgres({ directory: process.argv[2] ?? '', durable: false })
process.stdout.write(`${JSON.stringify(server.address)}\n`)
setInterval(() => undefined, 60_000)
