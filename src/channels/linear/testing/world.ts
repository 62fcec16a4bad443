import { randomUUID } from 'node:crypto'
import { Hook } from './hook.ts'

export interface Person {
  id: string
  name: string
}

export interface Activity {
  id: string
  /** The person of a prompt; the app wrote everything else. */
  person?: Person
  content: Readonly<Record<string, unknown>> & { type: string; body?: string }
  ephemeral: boolean
  signal?: string
  options: { label: string; value: string }[]
}

export interface Comment {
  id: string
  parentId: string | undefined
  person?: Person
  body: string
}

export interface Issue {
  id: string
  identifier: string
  title: string
  description: string
  comments: Comment[]
}

export interface Session {
  id: string
  app: SimulatedApp
  issue: Issue
  creator: Person
  isAnnounced: boolean
  activities: Activity[]
}

export class SimulatedApp {
  readonly id = randomUUID()
  readonly name: string
  readonly displayName: string
  readonly clientId: string
  readonly clientSecret: string
  readonly hook: Hook
  readonly tokens = new Set<string>()
  supportsAgentSessions = true
  isRevoked = false

  constructor(number: number, name: string, now: () => number) {
    this.name = name
    this.displayName = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${number}`
    this.clientId = `simulated-client-${number}`
    this.clientSecret = `simulated-client-secret-${number}`
    this.hook = new Hook(`lin_wh_simulated_secret_${number}`, now)
  }
}

/** One simulated workspace. */
export class World {
  readonly organization = { id: randomUUID(), name: 'Portico people', urlKey: 'portico-people' }
  readonly apps: SimulatedApp[] = []
  readonly sessions: Session[] = []
  readonly issues: Issue[] = []
  /** Of all activities that ever were. */
  readonly activityIds = new Set<string>()
  readonly now: () => number

  constructor(now: () => number) {
    this.now = now
  }

  addApp(name: string): SimulatedApp {
    const app = new SimulatedApp(this.apps.length + 1, name, this.now)
    this.apps.push(app)
    return app
  }

  addPerson(name: string): Person {
    return { id: randomUUID(), name }
  }

  addIssue(title: string, description = ''): Issue {
    const identifier = `POR-${this.issues.length + 1}`
    const issue = { id: randomUUID(), identifier, title, description, comments: [] }
    this.issues.push(issue)
    return issue
  }

  addSession(app: SimulatedApp, creator: Person, issue: Issue): Session {
    const session = { id: randomUUID(), app, issue, creator, isAnnounced: false, activities: [] }
    this.sessions.push(session)
    return session
  }

  /** As Linear does it, an activity takes the ephemeral ones before it away. */
  addActivity(session: Session, activity: Activity): void {
    this.activityIds.add(activity.id)
    session.activities = [...session.activities.filter(({ ephemeral }) => !ephemeral), activity]
  }
}
