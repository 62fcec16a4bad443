import { parseMarkdown, printPlain } from '../../../lib/markdown.ts'
import type { SimulatedBot, SimulatedPlatform, SimulatedRoom } from '../../testing/simulated-platform.ts'
import { tellComment } from './payloads.ts'
import type { GithubSimulator } from './simulator.ts'
import type { Account, Item, SimulatedApp, World } from './world.ts'

/** The people's side, as `portico sim` shows it. */
export function platformOf(simulator: GithubSimulator): SimulatedPlatform {
  const { world } = simulator
  const accounts = new Map<string, Account>()
  return {
    channel: 'github',
    get url() {
      return simulator.url
    },
    addBot: (name) => botOf(simulator, world.addApp(name), accounts),
    addPerson(name) {
      const account = world.addPerson(name)
      accounts.set(String(account.id), account)
      return { id: String(account.id), name: account.login }
    },
    stop: () => simulator.stop(),
  }
}

function botOf(
  simulator: GithubSimulator,
  app: SimulatedApp,
  accounts: ReadonlyMap<string, Account>,
): SimulatedBot {
  const { world } = simulator
  const issues = new Map<string, Item>()
  const next = (fault: (typeof simulator.sendFaults)[number]) => () => void simulator.sendFaults.push(fault)
  return {
    name: app.name,
    get settings() {
      return settingsOf(simulator, app)
    },
    deliverTo(url) {
      app.hook.url = url
      app.hook.redeliverFailed()
    },
    directRoom(person) {
      const issue =
        issues.get(person.id) ?? world.addItem('issue', account(accounts, person.id), 'A question')
      issues.set(person.id, issue)
      return roomOf(world, app, issue, accounts)
    },
    addGroup: (title, [first]) =>
      roomOf(world, app, world.addItem('issue', account(accounts, first?.id ?? ''), title), accounts),
    faults: {
      rate_limit: next('rate_limit'),
      drop_before: next('drop_before'),
      drop_after: next('drop_after'),
      slow: next('slow'),
      duplicate: () => app.hook.duplicate(),
      reorder: () => app.hook.reorder(),
      malformed: () => app.hook.send('issue_comment', { action: 'created', comment: { id: 'seven' } }),
      disconnect: () => void (simulator.lostChecks += 1),
      stale_token: () => app.tokens.clear(),
      revoked: () => void (app.isRevoked = true),
    },
  }
}

export function settingsOf(simulator: GithubSimulator, app: SimulatedApp) {
  return {
    app_id: String(app.id),
    private_key: app.key.pem,
    webhook_secret: app.hook.secret,
    api_root: simulator.url,
  }
}

function account(accounts: ReadonlyMap<string, Account>, id: string): Account {
  const found = accounts.get(id)
  if (found === undefined) throw new Error('no such person')
  return found
}

function roomOf(
  world: World,
  app: SimulatedApp,
  item: Item,
  accounts: ReadonlyMap<string, Account>,
): SimulatedRoom {
  return {
    id: `${item.repository}#${item.number}`,
    title: item.title,
    kind: 'group',
    write(person, text, options = {}) {
      const body = options.aside === true ? text : `@${app.slug} ${text}`
      tellComment(world, item, world.addComment(item.comments, account(accounts, person.id), body))
    },
    messages: () =>
      item.comments.map((comment) => ({
        id: comment.nodeId,
        from: { name: comment.user.login, isBot: comment.user.type === 'Bot' },
        text: shown(comment.body),
        files: [],
        buttons: [],
        marks: comment.eyes.has(app.account.login) ? ['eyes'] : [],
        isGrowing: false,
      })),
  }
}

/** The page shows no HTML comments. */
export function shown(body: string): string {
  return printPlain(parseMarkdown(body.replaceAll(/<!--.*?-->/gs, ''))).trim()
}
