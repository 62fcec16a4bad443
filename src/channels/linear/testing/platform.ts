import { parseMarkdown, printPlain } from '../../../lib/markdown.ts'
import type { SimulatedBot, SimulatedPlatform, SimulatedRoom } from '../../testing/simulated-platform.ts'
import { write } from './events.ts'
import type { LinearSimulator } from './simulator.ts'
import type { Activity, Person, Session, SimulatedApp, World } from './world.ts'

/** The people's side, as `portico sim` shows it. */
export function platformOf(simulator: LinearSimulator): SimulatedPlatform {
  const people = new Map<string, Person>()
  return {
    channel: 'linear',
    get url() {
      return simulator.url
    },
    addBot: (name) => botOf(simulator, simulator.world.addApp(name), people),
    addPerson(name) {
      const person = simulator.world.addPerson(name)
      people.set(person.id, person)
      return person
    },
    stop: () => simulator.stop(),
  }
}

export function settingsOf(simulator: LinearSimulator, app: SimulatedApp) {
  return {
    client_id: app.clientId,
    client_secret: app.clientSecret,
    webhook_secret: app.hook.secret,
    api_root: simulator.url,
  }
}

function botOf(
  simulator: LinearSimulator,
  app: SimulatedApp,
  people: ReadonlyMap<string, Person>,
): SimulatedBot {
  const { world } = simulator
  const sessions = new Map<string, Session>()
  const next = (fault: (typeof simulator.sendFaults)[number]) => () => void simulator.sendFaults.push(fault)
  const person = (id: string) => {
    const found = people.get(id)
    if (found === undefined) throw new Error('no such person')
    return found
  }
  return {
    name: app.name,
    get settings() {
      return settingsOf(simulator, app)
    },
    deliverTo(url) {
      app.hook.url = url
      app.hook.redeliver()
    },
    directRoom({ id }) {
      const session = sessions.get(id) ?? world.addSession(app, person(id), world.addIssue('A question'))
      sessions.set(id, session)
      return roomOf(world, session, person)
    },
    addGroup: (title, [first]) =>
      roomOf(world, world.addSession(app, person(first?.id ?? ''), world.addIssue(title)), person),
    faults: {
      rate_limit: next('rate_limit'),
      drop_before: next('drop_before'),
      drop_after: next('drop_after'),
      slow: next('slow'),
      duplicate: () => app.hook.duplicate(),
      reorder: () => app.hook.reorder(),
      malformed: () =>
        app.hook.send('AgentSessionEvent', {
          type: 'AgentSessionEvent',
          action: 'created',
          agentSession: { id: 7 },
        }),
      disconnect: () => void (simulator.lostChecks += 1),
      stale_token: () => app.tokens.clear(),
      revoked: () => void (app.isRevoked = true),
    },
  }
}

function roomOf(world: World, session: Session, person: (id: string) => Person): SimulatedRoom {
  return {
    id: session.id,
    title: session.issue.title,
    kind: 'group',
    // What is not meant for the app is no part of a session: Linear shows it to the app not at all.
    write({ id }, text, options = {}) {
      if (options.aside !== true) write(world, session, person(id), text)
    },
    press({ id }, messageId, label) {
      const asked = session.activities.find((activity) => activity.id === messageId)
      const option = asked?.options.find((one) => one.label === label)
      if (option !== undefined) write(world, session, person(id), option.value)
    },
    messages: () => session.activities.map((activity) => messageOf(session, activity)),
  }
}

function messageOf({ app }: Session, { id, person, content, options, ephemeral }: Activity) {
  return {
    id,
    from: { name: person?.name ?? app.name, isBot: person === undefined },
    text: printPlain(parseMarkdown(content.body ?? '')),
    files: [],
    buttons: options.map(({ label }) => label),
    marks: [],
    isGrowing: ephemeral,
  }
}
