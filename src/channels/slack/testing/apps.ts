import { AppSockets } from './sockets.ts'
import type { Installation, Team, World } from './world.ts'

/** An app as its maker sees it under api.slack.com/apps. */
export interface App {
  id: string
  name: string
  appToken: string
  clientId: string
  clientSecret: string
  /** By team id. */
  installations: Map<string, Installation>
  sockets: AppSockets
  /** Codes of OAuth that were not exchanged yet, with the workspace they are for. */
  codes: Map<string, Team>
  /** Tickets that open a socket, once each. */
  tickets: Set<string>
}

export function createApp(world: World, name: string): App {
  const id = world.id('A')
  return {
    id,
    name,
    appToken: `xapp-1-${id}-secret`,
    clientId: `${world.now()}.${id.replace(/\D/g, '')}`,
    clientSecret: `client-secret-${id}`,
    installations: new Map(),
    sockets: new AppSockets(),
    codes: new Map(),
    tickets: new Set(),
  }
}

export function installApp(world: World, app: App, team: Team): Installation {
  const known = app.installations.get(team.id)
  if (known !== undefined) return known
  const botId = world.id('B')
  const user = { ...world.addUser({ teamId: team.id, displayName: app.name, botId }), botId }
  const installation = { team, user, token: `xoxb-${team.id}-${app.id}-secret` }
  app.installations.set(team.id, installation)
  return installation
}
