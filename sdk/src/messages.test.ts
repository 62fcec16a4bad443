import { expect, it } from 'vitest'
import { createClient, postMessage } from './client.ts'

it('posts to a user or into a conversation, once, though the connection breaks', async () => {
  const sent: { path: string; body: { message_id?: string } }[] = []
  const client = createClient({
    baseUrl: 'http://portico.test',
    token: 'pt',
    async fetch(request) {
      sent.push({
        path: new URL(request.url).pathname,
        body: (await request.json()) as { message_id?: string },
      })
      if (sent.length === 1) throw new TypeError('fetch failed')
      return Response.json({ message_id: 'msg_1' }, { status: 202 })
    },
  })
  const wait = async () => undefined
  const posted = await postMessage(client, { to: { userId: 'me' }, text: 'Done.', wait })
  await postMessage(client, { to: { conversationId: 'cnv_1' }, text: 'Done.', messageId: 'job-7' })
  expect(posted).toEqual({ message_id: 'msg_1' })
  expect(sent.map(({ path }) => path)).toEqual([
    '/api/users/me/messages',
    '/api/users/me/messages',
    '/api/conversations/cnv_1/messages',
  ])
  expect(sent[0]?.body.message_id).toMatch(/^[0-9a-f]{32}$/)
  expect(sent[1]?.body).toEqual(sent[0]?.body)
  expect(sent[2]?.body).toEqual({ text: 'Done.', message_id: 'job-7' })
})
