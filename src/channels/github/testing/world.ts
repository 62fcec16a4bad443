import { Hook } from './hook.ts'
import { keyOf, type AppKey } from './keys.ts'

export interface Account {
  id: number
  login: string
  type: 'User' | 'Bot'
}

export interface Comment {
  id: number
  nodeId: string
  user: Account
  body: string
  createdAt: string
  /** Who put eyes on it. */
  eyes: Set<string>
  /** The comment that this one answers, in reviews and discussions. */
  parent?: Comment
}

export interface Item {
  kind: 'issue' | 'pull_request' | 'discussion'
  id: number
  nodeId: string
  repository: string
  number: number
  title: string
  body: string
  user: Account
  createdAt: string
  eyes: Set<string>
  comments: Comment[]
  /** Comments on lines of a pull request. */
  reviewComments: Comment[]
  isLocked: boolean
}

export class SimulatedApp {
  readonly id: number
  readonly slug: string
  readonly name: string
  readonly installation: number
  readonly key: AppKey
  readonly hook: Hook
  isRevoked = false
  readonly tokens = new Set<string>()

  constructor(number: number, name: string, slug: string) {
    this.id = 4200 + number
    this.name = name
    this.slug = slug
    this.installation = 77_000 + number
    this.key = keyOf(number)
    this.hook = new Hook(this.id, `simulated-webhook-secret-${number}`)
  }

  get account(): Account {
    return { id: 900_000 + this.id, login: `${this.slug}[bot]`, type: 'Bot' }
  }
}

/** Everything that stands on the simulated GitHub. Every app is installed in every repository. */
export class World {
  readonly apps: SimulatedApp[] = []
  readonly items: Item[] = []
  readonly people: Account[] = []
  readonly now: () => number
  #lastId = 1000

  constructor(now: () => number) {
    this.now = now
  }

  addApp(name: string): SimulatedApp {
    const number = this.apps.length + 1
    const slug = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${number}`
    const app = new SimulatedApp(number, name, slug)
    this.apps.push(app)
    return app
  }

  addPerson(name: string): Account {
    const login = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
    const person: Account = { id: this.nextId(), login, type: 'User' }
    this.people.push(person)
    return person
  }

  addItem(
    kind: Item['kind'],
    user: Account,
    title: string,
    options: { body?: string; repository?: string } = {},
  ): Item {
    const { body = '', repository = 'portico-people/house' } = options
    const id = this.nextId()
    const nodeIds = { issue: 'I', pull_request: 'PR', discussion: 'D' }
    const item: Item = {
      kind,
      id,
      nodeId: `${nodeIds[kind]}_kw${id}`,
      repository,
      number: this.items.filter((other) => other.repository === repository).length + 1,
      title,
      body,
      user,
      createdAt: this.time(),
      eyes: new Set(),
      comments: [],
      reviewComments: [],
      isLocked: false,
    }
    this.items.push(item)
    return item
  }

  addComment(list: Comment[], user: Account, body: string, parent?: Comment): Comment {
    const id = this.nextId()
    const comment: Comment = {
      id,
      nodeId: `C_kw${id}`,
      user,
      body,
      createdAt: this.time(),
      eyes: new Set(),
      ...(parent === undefined ? {} : { parent }),
    }
    list.push(comment)
    return comment
  }

  item(repository: string, number: number): Item | undefined {
    return this.items.find((item) => item.repository === repository && item.number === number)
  }

  /** Anything that can carry a reaction. */
  node(nodeId: string): Item | Comment | undefined {
    const all = this.items.flatMap((item) => [item, ...item.comments, ...item.reviewComments])
    return all.find((node) => node.nodeId === nodeId)
  }

  nextId(): number {
    this.#lastId += 1
    return this.#lastId
  }

  time(): string {
    return new Date(this.now()).toISOString().replace(/\.\d+Z$/, 'Z')
  }
}
