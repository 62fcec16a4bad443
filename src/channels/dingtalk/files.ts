import type { CanFetchFiles, CanSendFiles, ChannelDependencies, InboundFile } from '../channel.ts'
import type { DingTalkApi } from './api.ts'
import { noAnswer, refused } from './errors.ts'
import type { Robot } from './robot.ts'

/**
 * Files both ways. In: https://open.dingtalk.com/document/orgapp/download-the-file-content-of-the-robot-receiving-message
 * Out: https://open.dingtalk.com/document/orgapp/upload-media-files and then a message of kind `sampleFile`.
 */
export function createFiles(
  api: DingTalkApi,
  robot: Robot,
  { fetch }: Pick<ChannelDependencies, 'fetch'>,
): CanSendFiles & CanFetchFiles {
  return {
    async sendFile(to, file) {
      const isImage = shownImages.has(file.mediaType)
      const mediaId = await api.upload(isImage ? 'image' : 'file', file.blob, file.name)
      return isImage
        ? robot.send(to, 'sampleImageMsg', { photoURL: mediaId })
        : robot.send(to, 'sampleFile', { mediaId, fileName: file.name, fileType: extensionOf(file.name) })
    },

    async fetchFile(file, signal) {
      const answer = await api.call('POST', '/v1.0/robot/messageFiles/download', {
        downloadCode: codeOf(file),
        robotCode: await robot.code(),
      })
      const url = addressOf(answer['downloadUrl'], api.settings.apiRoot)
      let response: Response
      try {
        response = await fetch(url, { signal })
      } catch (error) {
        throw noAnswer(error, [url])
      }
      if (!response.ok || response.body === null) {
        throw refused(
          response.status >= 500 ? 'transient' : 'gone',
          String(response.status),
          'the file is not there',
        )
      }
      const mediaType = response.headers.get('content-type')
      return { body: response.body, ...(mediaType === null ? {} : { mediaType }) }
    },
  }
}

const shownImages = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/bmp'])

function extensionOf(name: string): string {
  return /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? 'file'
}

function codeOf({ ref }: InboundFile): string {
  if (
    typeof ref === 'object' &&
    ref !== null &&
    'download_code' in ref &&
    typeof ref.download_code === 'string'
  ) {
    return ref.download_code
  }
  throw refused('invalid', 'ref', 'this is no file of DingTalk')
}

/** Temporary addresses are given out as http too; the store takes https as well. */
function addressOf(value: unknown, apiRoot: string): string {
  const url = typeof value === 'string' ? URL.parse(value) : null
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw refused('transient', 'nonsense', 'no address of the file')
  }
  if (apiRoot.startsWith('https:')) url.protocol = 'https:'
  return url.href
}
