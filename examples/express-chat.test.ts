import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { ScriptedAgent } from '../src/conversations/testing/scripted-agent.ts'
import { createWorld } from '../src/testing/world.ts'
import { createExpressChat } from './express-chat.ts'

/** Portico that believes what the web application says of its people. */
async function setStage() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const ownUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const agent = new ScriptedAgent()
  const world = await createWorld({
    yaml: `auth: { mode: jwt, issuer: "${ownUrl}", audience: portico, jwks_url: "${ownUrl}/.well-known/jwks.json" }\n`,
    overrides: { agents: new Map([['default', agent]]) },
  })
  const app = await createExpressChat({ porticoUrl: world.url, ownUrl })
  server.on('request', app)
  onTestFinished(async () => {
    server.close()
    await world.stop()
  })
  return { ownUrl, agent, world }
}

/** Asks as the page does, and gives each text that it would show. */
async function* ask(ownUrl: string, person: string, message: string): AsyncGenerator<string> {
  const response = await fetch(`${ownUrl}/ask?as=${person}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message }),
  })
  expect(response.status).toBe(200)
  let rest = ''
  for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield (JSON.parse(line) as { text: string }).text
  }
}

it('an Express app shows each of its people a chat of their own, which grows', async () => {
  const { ownUrl, agent, world } = await setStage()
  const page = await (await fetch(`${ownUrl}/?as=</script>`)).text()
  expect(page).toContain('<h1>Chat</h1>')
  expect(page.match(/<\/script>/g)).toHaveLength(1)

  const texts: string[] = []
  for await (const text of ask(ownUrl, 'Ada', 'wait for it')) {
    texts.push(text)
    agent.release('wait for it')
  }
  expect(texts).toEqual(['Let me think. ', 'Let me think. You said: wait for it'])

  for await (const text of ask(ownUrl, 'Ada', 'And then?')) expect(text).toBe('You said: And then?')
  expect(agent.runs.at(-1)?.history.map(({ text }) => text)).toEqual(['wait for it', texts.at(-1)])
  for await (const text of ask(ownUrl, 'Bob', 'Hello')) expect(text).toBe('You said: Hello')
  expect(agent.runs.at(-1)?.history).toEqual([])
  const users = await world.database.db.selectFrom('users').select('name').orderBy('name').execute()
  expect(users.map(({ name }) => name)).toEqual(['Ada', 'Bob'])
})
