import { Webhooks, createNodeMiddleware } from '@octokit/webhooks'
import { createServer } from 'node:http'
import { expect, it } from 'vitest'
import { listenOnLoopback, stopServer } from '../testing/loopback.ts'
import { tellComment, tellLabeled, tellOpened } from './testing/payloads.ts'
import { headersOf } from './testing/hook.ts'
import { setGithubStage } from './testing/stage.ts'
import created from './testing/payloads/issue_comment.created.json' with { type: 'json' }

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

it('takes every delivery of the simulator', async () => {
  await using stage = await setGithubStage()
  const { world, app, ada, issue } = stage
  const webhooks = new Webhooks({ secret: app.hook.secret, log: silent })
  const seen: string[] = []
  webhooks.onAny(({ name, payload }) => {
    const action = 'action' in payload ? payload.action : ''
    const installation = 'installation' in payload ? payload.installation.id : 0
    seen.push(`${name} ${action} ${installation}`)
  })
  const server = createServer((request, response) => {
    void createNodeMiddleware(webhooks, { path: '/hook', log: silent })(request, response)
  })
  app.hook.url = `${await listenOnLoopback(server, 0)}/hook`

  const pull = world.addItem('pull_request', ada, 'Ring louder')
  const discussion = world.addItem('discussion', ada, 'Which door?')
  tellOpened(world, issue)
  tellLabeled(world, issue, app.slug, ada)
  tellComment(world, issue, world.addComment(issue.comments, ada, 'ä 😀'))
  tellOpened(world, pull)
  tellComment(world, pull, world.addComment(pull.reviewComments, ada, 'here'), true)
  tellOpened(world, discussion)
  tellComment(world, discussion, world.addComment(discussion.comments, ada, 'there'))
  await app.hook.settled()
  await stopServer(server)

  expect(app.hook.attempts.map(({ status }) => status)).toEqual(Array(7).fill(200))
  expect(seen).toEqual(
    [
      'issues opened',
      'issues labeled',
      'issue_comment created',
      'pull_request opened',
      'pull_request_review_comment created',
      'discussion created',
      'discussion_comment created',
    ].map((event) => `${event} ${app.installation}`),
  )
})

it('signs what the channel believes', async () => {
  await using stage = await setGithubStage()
  const { app, channel } = stage
  const body = JSON.stringify(created).replace('portico-door', app.slug)
  const webhooks = new Webhooks({ secret: app.hook.secret, log: silent })
  const signature = await webhooks.sign(body)
  const headers = headersOf({ appId: app.id, guid: 'a-1', event: 'issue_comment', signature })
  const verdict = await channel.judgeWebhook({ method: 'POST', headers, query: {}, body: Buffer.from(body) })
  expect(verdict).toMatchObject({ kind: 'accept', batch: { messages: [{ key: 'issue_comment:90034' }] } })
})
