import { LinearClient, RatelimitedLinearError } from '@linear/sdk'
import { LinearWebhookClient } from '@linear/sdk/webhooks'
import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { listenOnLoopback, stopServer } from '../testing/loopback.ts'
import { comment, open, write } from './testing/events.ts'
import { setLinearStage } from './testing/stage.ts'

const bodyOf = (content: unknown) => (content as { body: string } | undefined)?.body ?? ''

it('takes every delivery of the simulator', async () => {
  await using stage = await setLinearStage()
  const { world, app, session, ada, issue } = stage
  const seen: string[] = []
  const handler = new LinearWebhookClient(app.hook.secret).createHandler()
  handler.on('AgentSessionEvent', ({ action, agentSession, agentActivity }) => {
    seen.push([action, agentSession.id === session.id, bodyOf(agentActivity?.content)].join(' '))
  })
  handler.on('Comment', ({ action, data }) => void seen.push([action, data.body].join(' ')))
  const server = createServer((request, response) => void handler(request, response))
  app.hook.url = `${await listenOnLoopback(server, 0)}/`

  open(world, session)
  write(world, session, ada, 'ä 😀')
  write(world, session, ada, 'Stop', 'stop')
  comment(world, issue, ada, 'hello')
  await app.hook.settled()
  await stopServer(server)

  expect(app.hook.statuses).toEqual([200, 200, 200, 200])
  expect(seen).toEqual(['created true ', 'prompted true ä 😀', 'prompted true Stop', 'create hello'])
})

describe('the client', () => {
  async function setClient() {
    const stage = await setLinearStage()
    stage.app.tokens.add('lin_oauth_judge')
    const apiUrl = `${stage.simulator.url}/graphql`
    return { stage, client: new LinearClient({ accessToken: 'lin_oauth_judge', apiUrl }) }
  }

  it('speaks with the simulator', async () => {
    const { stage, client } = await setClient()
    await using _ = stage
    const viewer = await client.viewer
    expect([viewer.id, viewer.name, viewer.supportsAgentSessions]).toEqual([stage.app.id, 'Portico', true])
    const content = { type: 'response', body: 'By the **client**' }
    const created = await client.createAgentActivity({ agentSessionId: stage.session.id, content })
    expect(created.success).toBe(true)
    expect(stage.said()).toEqual(['response: By the **client**'])
  })

  it('reads its refusals as the kinds that they are', async () => {
    const { stage, client } = await setClient()
    await using _ = stage
    const input = { agentSessionId: stage.session.id, content: { type: 'response', body: 'x' } }
    stage.simulator.sendFaults.push('rate_limit')
    const limited: unknown = await client.createAgentActivity(input).catch((error: unknown) => error)
    expect(limited).toBeInstanceOf(RatelimitedLinearError)
    expect(limited).toMatchObject({ retryAfter: 35 })
    const nowhere = client.createAgentActivity({ ...input, agentSessionId: stage.issue.id })
    await expect(nowhere).rejects.toMatchObject({ type: 'InvalidInput' })
    stage.app.tokens.clear()
    await expect(client.viewer).rejects.toMatchObject({ type: 'AuthenticationError' })
  })
})
