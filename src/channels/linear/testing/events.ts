import { randomUUID } from 'node:crypto'
import type { Comment, Issue, Person, Session, World } from './world.ts'

const personJson = ({ id, name }: Person) => ({
  id,
  name,
  email: `${name.toLowerCase()}@portico.example`,
  url: `https://linear.app/portico-people/profiles/${name.toLowerCase()}`,
})

const issueJson = ({ id, identifier, title, description }: Issue) => ({
  id,
  identifier,
  title,
  description,
  url: `https://linear.app/portico-people/issue/${identifier}`,
  teamId: '2f1c7b52-7c3a-4d4e-9a54-3a4f3b1c0d01',
  team: { id: '2f1c7b52-7c3a-4d4e-9a54-3a4f3b1c0d01', key: 'POR', name: 'Portico' },
})

/** A person mentions the app, which opens the session, or writes into it. */
export function write(world: World, session: Session, person: Person, text: string, signal?: string): string {
  const id = randomUUID()
  const content = { type: 'prompt', body: text }
  world.addActivity(session, {
    id,
    person,
    content,
    ephemeral: false,
    options: [],
    ...(signal === undefined ? {} : { signal }),
  })
  if (session.isAnnounced) prompt(world, session, { id, person, content, signal: signal ?? null })
  else open(world, session, `@${session.app.displayName} ${text}`)
  return id
}

/** Without a comment the issue was delegated to the app. */
export function open(world: World, session: Session, comment?: string): void {
  session.isAnnounced = true
  const { id, creator } = session
  const root = { id: randomUUID(), body: comment, issueId: session.issue.id, userId: creator.id }
  tell(world, session, 'created', {
    agentSession: {
      ...sessionJson(world, session),
      ...(comment === undefined ? {} : { commentId: root.id, comment: root }),
    },
    promptContext: `<issue identifier="${session.issue.identifier}"><title>${session.issue.title}</title></issue>`,
    previousComments: null,
    guidance: null,
    id,
  })
}

function prompt(
  world: World,
  session: Session,
  { person, ...activity }: { id: string; person: Person; content: object; signal: string | null },
): void {
  const at = new Date(world.now()).toISOString()
  const user = personJson(person)
  const sent = {
    ...activity,
    agentSessionId: session.id,
    createdAt: at,
    updatedAt: at,
    userId: person.id,
    user,
  }
  tell(world, session, 'prompted', { agentSession: sessionJson(world, session), agentActivity: sent })
}

function tell(world: World, { app }: Session, action: string, rest: object): void {
  app.hook.send('AgentSessionEvent', {
    type: 'AgentSessionEvent',
    action,
    createdAt: new Date(world.now()).toISOString(),
    organizationId: world.organization.id,
    oauthClientId: app.clientId,
    appUserId: app.id,
    webhookId: '6a5d7c64-0a51-4b59-8f5a-58a5a3f5b111',
    ...rest,
  })
}

function sessionJson(world: World, { id, app, creator, issue }: Session) {
  const at = new Date(world.now()).toISOString()
  return {
    id,
    appUserId: app.id,
    creatorId: creator.id,
    creator: personJson(creator),
    issueId: issue.id,
    issue: issueJson(issue),
    organizationId: world.organization.id,
    status: 'pending',
    type: 'commentThread',
    createdAt: at,
    updatedAt: at,
  }
}

/** A person comments on an issue; every app's webhook tells of it. */
export function comment(world: World, issue: Issue, person: Person, body: string, parent?: Comment): Comment {
  const written: Comment = { id: randomUUID(), parentId: parent?.id, person, body }
  issue.comments.push(written)
  const at = new Date(world.now()).toISOString()
  const user = personJson(person)
  for (const { hook } of world.apps)
    hook.send('Comment', {
      type: 'Comment',
      action: 'create',
      createdAt: at,
      organizationId: world.organization.id,
      webhookId: '6a5d7c64-0a51-4b59-8f5a-58a5a3f5b111',
      actor: { ...user, type: 'user' },
      data: {
        id: written.id,
        body,
        issueId: issue.id,
        issue: issueJson(issue),
        ...(parent === undefined ? {} : { parentId: parent.id }),
        userId: person.id,
        user,
        botActor: null,
        reactionData: [],
        createdAt: at,
        updatedAt: at,
      },
    })
  return written
}
