import type { Account, Comment, Item, SimulatedApp, World } from './world.ts'

/** Payloads of events: https://docs.github.com/en/webhooks/webhook-events-and-payloads */
export function accountJson({ id, login, type }: Account) {
  return {
    login,
    id,
    node_id: `U_kg${id}`,
    url: `https://api.github.com/users/${encodeURIComponent(login)}`,
    html_url: `https://github.com/${encodeURIComponent(login)}`,
    type,
    site_admin: false,
  }
}

export function commentJson(comment: Comment) {
  return {
    id: comment.id,
    node_id: comment.nodeId,
    user: accountJson(comment.user),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.createdAt,
    performed_via_github_app: null,
    ...(comment.parent === undefined ? {} : { in_reply_to_id: comment.parent.id }),
  }
}

function itemJson(item: Item) {
  return {
    id: item.id,
    node_id: item.nodeId,
    number: item.number,
    title: item.title,
    body: item.body === '' ? null : item.body,
    user: accountJson(item.user),
    labels: [] as { name: string }[],
    assignees: [] as unknown[],
    state: 'open',
    locked: item.isLocked,
    created_at: item.createdAt,
    updated_at: item.createdAt,
  }
}

function around(app: SimulatedApp, repository: string, sender: Account) {
  const [owner = '', name = ''] = repository.split('/')
  return {
    repository: {
      id: 5000,
      node_id: 'R_kw5000',
      name,
      full_name: repository,
      private: false,
      owner: { login: owner, id: 5001, type: 'Organization' },
    },
    sender: accountJson(sender),
    installation: { id: app.installation, node_id: `MDIz${app.installation}` },
  }
}

/** Tells all apps that somebody wrote a comment. */
export function tellComment(world: World, item: Item, comment: Comment, isReview = false): void {
  for (const app of world.apps) {
    const surroundings = around(app, item.repository, comment.user)
    const told = { action: 'created', comment: commentJson(comment), ...surroundings }
    if (isReview) app.hook.send('pull_request_review_comment', { ...told, pull_request: itemJson(item) })
    else if (item.kind === 'discussion')
      app.hook.send('discussion_comment', { ...told, discussion: itemJson(item) })
    else app.hook.send('issue_comment', { ...told, issue: itemJson(item) })
  }
}

/** Tells all apps that an issue, a pull request or a discussion was opened. */
export function tellOpened(world: World, item: Item): void {
  const event = { issue: 'issues', pull_request: 'pull_request', discussion: 'discussion' }[item.kind]
  const action = item.kind === 'discussion' ? 'created' : 'opened'
  for (const app of world.apps)
    app.hook.send(event, { action, [item.kind]: itemJson(item), ...around(app, item.repository, item.user) })
}

/** Tells all apps that somebody put a label on an issue. */
export function tellLabeled(world: World, item: Item, name: string, sender: Account): void {
  const label = { id: 6000, name, color: 'ededed', default: false }
  for (const app of world.apps)
    app.hook.send('issues', {
      action: 'labeled',
      label,
      issue: { ...itemJson(item), labels: [label] },
      ...around(app, item.repository, sender),
    })
}
