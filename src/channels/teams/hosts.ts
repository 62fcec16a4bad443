import type { TeamsSettings } from './settings.ts'

/** Where tokens are given out, where the keys of the Bot Connector lie, and where bots without a hint write to. */
export function loginHostOf({ apiRoot }: TeamsSettings): string {
  return apiRoot ?? 'https://login.microsoftonline.com'
}

export function keyHostOf({ apiRoot }: TeamsSettings): string {
  return apiRoot ?? 'https://login.botframework.com'
}

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages */
export function defaultServiceUrlOf({ apiRoot }: TeamsSettings): string {
  return apiRoot === undefined ? 'https://smba.trafficmanager.net/teams/' : `${apiRoot}/teams/`
}

/** Our token goes to Microsoft's connectors only, or to the simulator that the bot talks to anyway. */
export function isServiceHost(address: string, settings: TeamsSettings): boolean {
  return isHost(address, settings, ['smba.trafficmanager.net'], ['.botframework.com', '.teams.microsoft.com'])
}

/** Files that people send lie in SharePoint or OneDrive, behind addresses that need no token. */
export function isFileHost(address: string, settings: TeamsSettings): boolean {
  return isHost(address, settings, [], ['.sharepoint.com'])
}

function isHost(address: string, settings: TeamsSettings, names: string[], endings: string[]): boolean {
  const url = URL.parse(address)
  if (url === null || url.username !== '' || url.password !== '') return false
  if (settings.apiRoot !== undefined && url.origin === new URL(settings.apiRoot).origin) return true
  if (url.protocol !== 'https:' || url.port !== '') return false
  return names.includes(url.hostname) || endings.some((ending) => url.hostname.endsWith(ending))
}
