import type {
  SimulatedBot,
  SimulatedPerson,
  SimulatedPlatform,
  SimulatedRoom,
} from '../../testing/simulated-platform.ts'
import { sendFile, shown, write } from './chat-side.ts'
import { tellOfGroup, tellOfPress } from './events.ts'
import { sends, type Fault } from './faults.ts'
import type { FeishuSimulator } from './simulator.ts'
import type { App, Chat, Person } from './world.ts'

/** The people's side for the simulator page. */
export function createPlatform(simulator: FeishuSimulator): SimulatedPlatform {
  return {
    channel: 'feishu',
    get url() {
      return simulator.url
    },
    addBot: (name) => botOf(simulator, simulator.addApp(name)),
    addPerson(name) {
      const { unionId } = simulator.addPerson(name)
      return { id: unionId, name }
    },
    stop: () => simulator.stop(),
  }
}

function botOf(simulator: FeishuSimulator, app: App): SimulatedBot {
  const fails = (fault: Fault) => () => simulator.faults.add({ fault, call: sends })
  const find = (person: SimulatedPerson): Person => {
    const found = simulator.people.find(({ unionId }) => unionId === person.id)
    if (found === undefined) throw new Error('no such person')
    return found
  }
  return {
    name: app.name,
    settings: { app_id: app.id, app_secret: app.secret, api_root: simulator.url },
    directRoom: (person) => roomOf(simulator, app, simulator.privateChat(app, find(person)), find),
    addGroup(title, people) {
      const members = people.map(find)
      const chat = simulator.addChat('group', title, [app], members)
      if (members[0] !== undefined) tellOfGroup(simulator, app, chat, members[0])
      return roomOf(simulator, app, chat, find)
    },
    faults: {
      rate_limit: fails({ kind: 'rate_limit', seconds: 35 }),
      drop_before: fails({ kind: 'drop_before' }),
      drop_after: fails({ kind: 'drop_after' }),
      slow: fails({ kind: 'delay', ms: 2_000 }),
      duplicate: () => app.events.duplicate(),
      reorder: () => app.events.reorder(),
      malformed: () => {
        deliverMalformed(simulator, app)
      },
      disconnect: () => app.events.disconnect(),
      half_open: () => app.events.goDeaf(),
      stale_token: () => (app.token = simulator.id('t')),
      revoked: () => simulator.revoke(app),
    },
  }
}

/** An event whose message is not what its kind promises. */
export function deliverMalformed(simulator: FeishuSimulator, app: App): void {
  const id = `malformed-${simulator.id('event')}`
  const header = { event_id: id, event_type: 'im.message.receive_v1', create_time: '1731913000000' }
  app.events.deliver(id, { schema: '2.0', header, event: { message: { message_id: 7, content: [] } } })
}

function roomOf(
  simulator: FeishuSimulator,
  app: App,
  chat: Chat,
  find: (person: SimulatedPerson) => Person,
): SimulatedRoom {
  return {
    id: chat.id,
    title: chat.title,
    kind: chat.kind === 'p2p' ? 'private' : 'group',
    write: (person, text, options) => void write(simulator, chat, find(person), text, options),
    sendFile: (person, file) => void sendFile(simulator, chat, find(person), file),
    press(person, messageId, label) {
      const message = chat.messages.find(({ id }) => id === messageId)
      if (message !== undefined) tellOfPress(simulator, app, { person: find(person), message, label })
    },
    promote: (person) => void chat.managers.add(find(person)),
    messages: () => chat.messages.filter(({ isDeleted }) => !isDeleted).map((one) => shown(simulator, one)),
  }
}
