import { stdin, stderr } from 'node:process'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

const shortest = 8

/** Asks for a password without showing it; where standard input is no terminal, its first line is the password. */
export async function askPassword(prompt: string): Promise<string> {
  if (stdin.isTTY) stderr.write(prompt)
  // readline echoes what is typed to its output, which therefore leads nowhere.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output, terminal: stdin.isTTY })
  try {
    const { value } = await lines[Symbol.asyncIterator]().next()
    const password: string = value ?? ''
    if (password.length < shortest) throw new Error(`A password has at least ${shortest} characters.`)
    return password
  } finally {
    lines.close()
    if (stdin.isTTY) stderr.write('\n')
  }
}
