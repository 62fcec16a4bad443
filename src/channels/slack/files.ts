import { NetworkError, PlatformError } from '../../lib/errors.ts'
import type { CanFetchFiles, CanSendFiles } from '../channel.ts'
import type { SlackApi } from './api.ts'
import { refused } from './errors.ts'
import { threadOf } from './send.ts'
import { isOwnAddress } from './settings.ts'
import { fieldsOf, idOf, wordOf, type Fields } from './shape.ts'
import type { Workspaces } from './workspaces.ts'

/** Files in both directions: https://docs.slack.dev/messaging/working-with-files */
export function createFiles(api: SlackApi, workspaces: Workspaces): CanSendFiles & CanFetchFiles {
  return {
    async sendFile(to, file) {
      const name = file.name.slice(0, 255)
      const ticket = await workspaces.callIn(to.chatId, 'files.getUploadURLExternal', {
        filename: name,
        length: file.blob.size,
      })
      const id = idOf(ticket['file_id'])
      const url = ownUrl(api, ticket['upload_url'])
      if (id === undefined || url === undefined) throw nonsense('files.getUploadURLExternal gave no address')
      const headers = { 'content-type': 'application/octet-stream' }
      const response = await api.fetch(url, { method: 'POST', headers, body: file.blob })
      await response.body?.cancel()
      if (!response.ok) throw refusalBy(response, 'the upload')
      await workspaces.callIn(to.chatId, 'files.completeUploadExternal', {
        files: [{ id, title: name }],
        channel_id: to.chatId,
        ...threadOf(to),
      })
      return { channel: to.chatId, file: id }
    },

    async fetchFile(file, signal) {
      const ref = fieldsOf(file.ref) ?? {}
      const team = wordOf(ref['team']) ?? ''
      const id = idOf(ref['id'])
      if (id === undefined) throw nonsense('not a file of Slack')
      const stated = wordOf(ref['url'])
      const url = ownUrl(api, stated ?? (await lookUp(workspaces, team, id)))
      if (url === undefined) throw nonsense('the file lies elsewhere')
      const headers = { authorization: `Bearer ${workspaces.tokenOf(team)}` }
      const response = await api.fetch(url, { headers }, signal)
      const mediaType = response.headers.get('content-type')?.split(';')[0]?.trim()
      // Without the right to read files Slack leads to a page where a person would sign in.
      const isLogin = mediaType === 'text/html' && file.mediaType !== 'text/html'
      if (!response.ok || response.body === null || isLogin) {
        await response.body?.cancel()
        throw isLogin || response.status < 400
          ? refused('file_access_denied', 'the file')
          : refusalBy(response, 'the file')
      }
      return { body: response.body, ...(mediaType === undefined ? {} : { mediaType }) }
    },
  }
}

/** Files of other companies come without an address: https://docs.slack.dev/reference/methods/files.info */
async function lookUp(workspaces: Workspaces, team: string, id: string): Promise<unknown> {
  const { file } = await workspaces.call(team, 'files.info', { file: id })
  const found: Fields = fieldsOf(file) ?? {}
  return found['url_private_download'] ?? found['url_private']
}

/** Tokens and files go to hosts of the API only, whatever a message says. */
function ownUrl(api: SlackApi, address: unknown): URL | undefined {
  const url = URL.parse(wordOf(address) ?? '')
  return url !== null && /^https?:$/.test(url.protocol) && isOwnAddress(api.root, url) ? url : undefined
}

function refusalBy({ status, headers }: Response, what: string): Error {
  if (status === 429) {
    const seconds = Number(headers.get('retry-after') ?? 'none')
    return new PlatformError({
      platform: 'slack',
      code: 'ratelimited',
      kind: 'rate_limited',
      description: what,
      ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {}),
    })
  }
  if (status >= 500) return new NetworkError('slack', new Error(`HTTP ${status} for ${what}`))
  const kind = status === 404 || status === 410 ? 'gone' : 'invalid'
  return new PlatformError({ platform: 'slack', code: String(status), kind, description: what })
}

function nonsense(description: string): PlatformError {
  return new PlatformError({ platform: 'slack', code: 'nonsense', kind: 'invalid', description })
}
