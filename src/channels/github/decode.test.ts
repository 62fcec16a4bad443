import { describe, expect, it } from 'vitest'
import { batchOf, decodeEvent } from './decode.ts'
import discussionComment from './testing/payloads/discussion_comment.created.json' with { type: 'json' }
import commented from './testing/payloads/issue_comment.created.json' with { type: 'json' }
import labeled from './testing/payloads/issues.labeled.json' with { type: 'json' }
import opened from './testing/payloads/issues.opened.json' with { type: 'json' }
import ping from './testing/payloads/ping.json' with { type: 'json' }
import pull from './testing/payloads/pull_request.opened.json' with { type: 'json' }
import review from './testing/payloads/pull_request_review.submitted.json' with { type: 'json' }
import reviewComment from './testing/payloads/pull_request_review_comment.created.json' with { type: 'json' }

const app = { id: 4201, slug: 'portico-door', name: 'Portico' }
const decode = (event: string, payload: unknown) => decodeEvent(event, payload, app, '')

function messageOf(event: string, payload: unknown) {
  const decoded = decode(event, payload)
  if (decoded.kind !== 'message') throw new Error(`it reads as ${JSON.stringify(decoded)}`)
  return decoded.message
}

describe('what people write', () => {
  it('is read whole', () => {
    expect(messageOf('issue_comment', commented)).toEqual({
      key: 'issue_comment:90034',
      kind: 'message',
      chat: { chatId: 'portico-people/house#12', kind: 'group', replyTo: 'IC_kwDO90034' },
      sender: { tenantId: '', id: '501', name: 'ada-lives-here', username: 'ada-lives-here' },
      space: 'portico-people/house',
      messageId: 'IC_kwDO90034',
      text: 'what could it be?',
      addressed: true,
      files: [],
      sentAt: Date.parse('2026-11-21T09:30:00Z'),
    })
  })

  it.each([
    ['issues', opened, 'The bell does not ring\n\n\nIt stays silent.\n\ncc', 'issue:80012', undefined],
    ['pull_request_review', review, 'is this safe at night?', 'review:83001', undefined],
    ['pull_request_review_comment', reviewComment, 'And here, ?', 'review_comment:84002', 'thread-84001'],
    ['discussion_comment', discussionComment, 'knows', 'discussion_comment:85002', 'discussion'],
  ])('%s speaks to the app by a mention', (event, payload, text, key, topicId) => {
    const message = messageOf(event, payload)
    expect(message).toMatchObject({ key, text, addressed: true, chat: { kind: 'group' } })
    expect(message.chat.topicId).toBe(topicId)
  })

  it('is not spoken to the app without one', () => {
    expect(messageOf('pull_request', pull)).toMatchObject({
      key: 'pull_request:81013:aside',
      text: 'Ring louder',
      addressed: false,
      chat: { chatId: 'portico-people/house#13' },
    })
  })

  it('is remembered with the installation that may answer', () => {
    const batch = batchOf(decode('issue_comment', commented), 'guid', '')
    expect(batch.memory).toEqual({ 'installation portico-people/house': 77001 })
  })

  it('comes from one person on github.com and from another with the same id on a server of one’s own', () => {
    const decoded = decodeEvent('issue_comment', commented, app, 'github.example')
    expect(decoded).toMatchObject({ message: { sender: { tenantId: 'github.example', id: '501' } } })
  })
})

describe('an issue that is given to the app', () => {
  it('by its label asks in the name of who put it there', () => {
    expect(messageOf('issues', labeled)).toMatchObject({
      key: 'issue:80012',
      addressed: true,
      text: 'The bell does not ring\n\nIt stays silent since Monday.',
      sender: { id: '502' },
    })
  })

  it('by assignment asks as well', () => {
    const { label: _, ...rest } = labeled
    const assigned = { ...rest, action: 'assigned', assignee: { login: 'portico-door[bot]' } }
    expect(messageOf('issues', assigned)).toMatchObject({ key: 'issue:80012', addressed: true })
  })

  it('when it is opened asks once: the event of its label has the same key', () => {
    const both = { ...opened, issue: { ...opened.issue, body: null, labels: labeled.issue.labels } }
    expect(messageOf('issues', both)).toMatchObject({ addressed: true, key: 'issue:80012' })
  })

  it('by another label does not ask', () => {
    const other = { ...labeled, label: { ...labeled.label, name: 'bug' } }
    expect(decode('issues', other).kind).toBe('passed_over')
  })
})

describe('what is none of our business', () => {
  const byBot = { ...commented.sender, type: 'Bot', login: 'other[bot]' }
  it.each<[string, string, unknown]>([
    ['a ping', 'ping', ping],
    ['another event', 'push', { ref: 'refs/heads/main' }],
    ['another action', 'issue_comment', { ...commented, action: 'deleted' }],
    [
      'an edit, which a maintainer can make of what another wrote',
      'issue_comment',
      { ...commented, action: 'edited' },
    ],
    [
      'a bot',
      'issue_comment',
      { ...commented, sender: byBot, comment: { ...commented.comment, user: byBot } },
    ],
    [
      'a comment by the app in the name of a person',
      'issue_comment',
      { ...commented, comment: { ...commented.comment, performed_via_github_app: { id: 4201 } } },
    ],
    [
      'a review without words',
      'pull_request_review',
      { ...review, review: { ...review.review, body: null } },
    ],
    ['an action with the name of an inherited member', 'constructor', { action: '' }],
  ])('%s', (_, event, payload) => {
    expect(decode(event, payload).kind).toBe('passed_over')
  })
})

describe('malformed input', () => {
  const change = (over: object) => ({ ...commented, comment: { ...commented.comment, ...over } })
  it.each<[string, unknown, string]>([
    ['a list', [], 'not an object'],
    ['no comment', { ...commented, comment: undefined }, 'comment'],
    ['an id that is text', change({ id: '90034' }), 'id'],
    ['an id below zero', change({ id: -4 }), 'id'],
    ['a body that is a number', change({ body: 7 }), 'body'],
    ['a body of a megabyte', change({ body: 'x'.repeat(1_000_000) }), 'too long'],
    ['no time', change({ created_at: undefined }), 'created_at'],
    ['a time that is none', change({ created_at: 'yesterday' }), 'created_at'],
    ['no node id', change({ node_id: null }), 'node_id'],
    ['no sender', { ...commented, sender: null }, 'sender'],
    ['a sender without an id', { ...commented, sender: { ...commented.sender, id: null } }, 'id'],
    ['no repository', { ...commented, repository: undefined }, 'repository'],
    ['a path for a repository', { ...commented, repository: { full_name: '../../app' } }, 'full_name'],
    ['dots for a repository', { ...commented, repository: { full_name: 'a/..' } }, 'full_name'],
    ['an issue without a number', { ...commented, issue: {} }, 'number'],
    ['an installation that is text', { ...commented, installation: { id: '1/..' } }, 'id'],
  ])('%s is kept', (_, payload, reason) => {
    const decoded = decode('issue_comment', payload)
    expect(decoded.kind).toBe('malformed')
    expect(decoded.kind === 'malformed' && decoded.reason).toContain(reason)
    const batch = batchOf(decoded, 'guid', 'x'.repeat(1_000_000))
    expect(batch.malformed?.[0]).toMatchObject({ key: 'guid', raw: 'x'.repeat(4000) })
  })
})
