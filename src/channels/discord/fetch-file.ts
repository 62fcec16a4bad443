import { NetworkError } from '../../lib/errors.ts'
import type { CanFetchFiles, ChannelDependencies, FetchedFile, InboundFile } from '../channel.ts'
import type { DiscordApi } from './api.ts'
import type { AttachmentReference } from './attachments.ts'
import { refusal, scrub } from './errors.ts'
import { isFields, isSnowflake, listOf, type Fields } from './fields.ts'
import { forwardedIn } from './text.ts'

/** Where Discord keeps files: https://docs.discord.com/developers/reference#image-formatting */
const hosts = new Set(['cdn.discordapp.com', 'media.discordapp.net'])

/**
 * Opens files that people sent. Their addresses are signed and end after a day; then the message is read again,
 * which gives a new one. Throws PlatformError `gone` when the file is away.
 */
export function createFetcher(
  api: DiscordApi,
  dependencies: Pick<ChannelDependencies, 'fetch'>,
): CanFetchFiles {
  return {
    async fetchFile(file: InboundFile, signal: AbortSignal): Promise<FetchedFile> {
      const reference = checked(file.ref)
      const first = await get(reference.url, api, dependencies, signal)
      if (first.status !== 403 && first.status !== 404) return opened(first)
      await first.body?.cancel()
      return opened(await get(await renewed(reference, api, signal), api, dependencies, signal))
    },
  }
}

async function get(
  address: string,
  api: DiscordApi,
  { fetch }: Pick<ChannelDependencies, 'fetch'>,
  signal: AbortSignal,
): Promise<Response> {
  const url = URL.parse(address)
  const isDiscords = url?.protocol === 'https:' && hosts.has(url.host)
  if (url === null || !(isDiscords || url.host === api.ownHost)) {
    throw refusal('file_address', 'invalid', 'the file is not at an address of Discord')
  }
  try {
    return await fetch(url, { redirect: 'error', signal })
  } catch (error) {
    throw new NetworkError('discord', scrub(error, api.token))
  }
}

function opened(response: Response): FetchedFile {
  if (!response.ok || response.body === null) {
    const { status } = response
    const kind = status === 429 ? 'rate_limited' : status >= 500 ? 'transient' : 'gone'
    throw refusal(String(status), kind, 'the file cannot be had')
  }
  const mediaType = response.headers.get('content-type')?.split(';')[0]
  return { body: response.body, ...(mediaType === undefined ? {} : { mediaType }) }
}

async function renewed(
  reference: AttachmentReference,
  api: DiscordApi,
  signal: AbortSignal,
): Promise<string> {
  const path = `/channels/${reference.channel_id}/messages/${reference.message_id}`
  const url = addressIn(await api.call('GET', path, { signal }), reference.attachment_id)
  if (url !== undefined) return url
  throw refusal('404', 'gone', 'the file is no longer part of its message')
}

function addressIn(message: Fields, attachmentId: string): string | undefined {
  const attachments = [message, ...forwardedIn(message)].flatMap((one) => listOf(one, 'attachments'))
  const found = attachments.find(({ id }) => id === attachmentId)
  return typeof found?.['url'] === 'string' ? found['url'] : undefined
}

function checked(ref: unknown): AttachmentReference {
  const fields = isFields(ref) ? ref : {}
  const { channel_id, message_id, attachment_id, url } = fields
  if (
    isSnowflake(channel_id) &&
    isSnowflake(message_id) &&
    isSnowflake(attachment_id) &&
    typeof url === 'string'
  ) {
    return { channel_id, message_id, attachment_id, url }
  }
  throw refusal('reference', 'invalid', 'not a reference to a file of Discord')
}
