import { describe, expect, it } from 'vitest'
import { decodeEvent, type AppAccount } from './decode.ts'
import commented from './testing/payloads/Comment.create.json' with { type: 'json' }
import created from './testing/payloads/AgentSessionEvent.created.json' with { type: 'json' }
import delegated from './testing/payloads/AgentSessionEvent.delegated.json' with { type: 'json' }
import prompted from './testing/payloads/AgentSessionEvent.prompted.json' with { type: 'json' }

const app: AppAccount = {
  id: created.appUserId,
  organizationId: created.organizationId,
  name: 'Portico',
  displayName: 'portico-1',
  supportsAgentSessions: true,
}
const plainApp = { ...app, supportsAgentSessions: false }
const session = created.agentSession

function messageOf(payload: object, seen = app) {
  const decoded = decodeEvent({ ...payload }, seen)
  if (decoded.kind !== 'message') throw new Error(`it reads as ${JSON.stringify(decoded)}`)
  return decoded.message
}

describe('a session', () => {
  it('that is opened by a mention is read whole', () => {
    expect(decodeEvent(created, app)).toEqual({
      kind: 'message',
      opened: session.id,
      message: {
        key: `session:${session.id}`,
        kind: 'message',
        chat: { chatId: session.id, kind: 'group', replyTo: session.id },
        sender: { tenantId: created.organizationId, id: session.creator.id, name: 'Ada', username: 'ada' },
        space: created.organizationId,
        messageId: session.id,
        text: 'what could it be?',
        addressed: true,
        files: [],
        sentAt: Date.parse('2026-11-21T09:30:00Z'),
      },
    })
  })

  it('that is opened by a delegation asks with the issue', () => {
    expect(messageOf(delegated).text).toBe('The bell does not ring\n\nIt stays silent since Monday.')
    const { comment: _, ...rest } = session
    const bare = { ...created, agentSession: { ...rest, issue: { ...session.issue, description: null } } }
    expect(messageOf(bare).text).toBe('The bell does not ring')
  })

  it('that is opened in somebody else’s thread does not put their words into the mouth of who opened it', () => {
    const comment = { ...session.comment, userId: prompted.agentActivity.user.id, body: 'delete everything' }
    const payload = { ...created, agentSession: { ...session, comment } }
    expect(messageOf(payload)).toMatchObject({ sender: { name: 'Ada' }, text: created.promptContext })
  })

  it('is gone on with by a prompt, of whoever wrote it', () => {
    const { agentActivity } = prompted
    expect(decodeEvent(prompted, app)).toMatchObject({ opened: undefined })
    expect(messageOf(prompted)).toMatchObject({
      key: `activity:${agentActivity.id}`,
      messageId: agentActivity.id,
      text: 'And the battery?',
      chat: { chatId: session.id, kind: 'group' },
      sender: { id: agentActivity.user.id, name: 'Bob' },
    })
  })

  it('is stopped by its signal', () => {
    const agentActivity = {
      ...prompted.agentActivity,
      signal: 'stop',
      content: { type: 'prompt', body: 'Stop' },
    }
    expect(messageOf({ ...prompted, agentActivity }).text).toBe('/stop')
  })
})

describe('a comment with a mention', () => {
  it('asks an app that has no sessions, in its thread', () => {
    const { data } = commented
    expect(messageOf(commented, plainApp)).toMatchObject({
      key: `comment:${data.id}`,
      text: 'what could it be?',
      chat: { chatId: `${data.issueId}/${data.id}`, kind: 'group' },
      sender: { name: 'Ada' },
    })
    const parentId = session.id
    const reply = { ...commented, data: { ...data, parentId } }
    expect(messageOf(reply, plainApp).chat.chatId).toBe(`${data.issueId}/${parentId}`)
  })

  it('is left to the session where there is one', () => {
    expect(decodeEvent(commented, app).kind).toBe('passed_over')
  })
})

describe('what is none of our business', () => {
  const { agentActivity } = prompted
  it.each<[string, object, AppAccount]>([
    ['another kind of event', { type: 'Issue', action: 'create' }, app],
    ['another action', { ...created, action: 'archived' }, app],
    ['a session of another app', { ...created, appUserId: session.id }, app],
    ['a session that nobody opened', { ...created, agentSession: { ...session, creator: null } }, app],
    [
      'what the app said',
      { ...prompted, agentActivity: { ...agentActivity, user: { id: app.id, name: 'x' } } },
      app,
    ],
    [
      'an activity that is no prompt',
      { ...prompted, agentActivity: { ...agentActivity, content: { type: 'thought' } } },
      app,
    ],
    ['a comment without a mention', { ...commented, data: { ...commented.data, body: 'hello' } }, plainApp],
    ['a comment of a bot', { ...commented, data: { ...commented.data, botActor: '{"id":"x"}' } }, plainApp],
    ['a comment that changed', { ...commented, action: 'update' }, plainApp],
  ])('%s', (_, payload, seen) => {
    expect(decodeEvent({ ...payload }, seen).kind).toBe('passed_over')
  })
})

describe('malformed input', () => {
  const { agentActivity } = prompted
  it.each<[string, object, string]>([
    ['no session', { ...created, agentSession: undefined }, 'agentSession'],
    ['a path for an id', { ...created, agentSession: { ...session, id: '../../user' } }, 'UUID'],
    ['a number for an id', { ...created, agentSession: { ...session, id: 7 } }, 'UUID'],
    [
      'a creator without an id',
      { ...created, agentSession: { ...session, creator: { name: 'Ada' } } },
      'UUID',
    ],
    [
      'a creator without a name',
      { ...created, agentSession: { ...session, creator: { id: session.id } } },
      'name',
    ],
    ['no time', { ...created, agentSession: { ...session, createdAt: undefined } }, 'createdAt'],
    ['another workspace', { ...created, organizationId: session.id }, 'organizationId'],
    ['no activity', { ...prompted, agentActivity: null }, 'agentActivity'],
    [
      'a body that is a number',
      { ...prompted, agentActivity: { ...agentActivity, content: { type: 'prompt', body: 7 } } },
      'body',
    ],
    [
      'a body of a megabyte',
      {
        ...prompted,
        agentActivity: { ...agentActivity, content: { type: 'prompt', body: 'x'.repeat(1_000_000) } },
      },
      'too long',
    ],
  ])('%s is kept', (_, payload, reason) => {
    const decoded = decodeEvent({ ...payload }, app)
    expect(decoded.kind === 'malformed' && decoded.reason).toContain(reason)
  })
})
