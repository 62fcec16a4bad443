import { fieldsOf } from '../shape.ts'
import { chatOf, threadOf, type BotCall } from './call.ts'
import { fileJson } from './payloads.ts'
import { Refusal } from './refusal.ts'

/** https://docs.slack.dev/messaging/working-with-files/#uploading_files */
export const fileMethods = {
  'files.getUploadURLExternal'({ slack, bot, parameters }: BotCall) {
    const name = parameters.required('filename')
    const length = Number(parameters.required('length'))
    if (!Number.isSafeInteger(length) || length <= 0) throw new Refusal('invalid_arguments')
    const file = slack.world.addFile({
      teamId: bot.team.id,
      name,
      mediaType: 'application/octet-stream',
      bytes: new Uint8Array(),
      owner: bot.user.id,
    })
    return { upload_url: `${slack.url}/upload/v1/${file.id}`, file_id: file.id }
  },

  'files.completeUploadExternal'(call: BotCall) {
    const { slack, bot, parameters } = call
    const files = (parameters.list('files', 'invalid_arguments') ?? []).map((entry) => {
      const { id, title } = fieldsOf(entry) ?? {}
      const file = slack.world.files.get(String(id))
      if (file?.owner !== bot.user.id || file.bytes.byteLength === 0) throw new Refusal('file_not_found')
      if (typeof title === 'string') file.name = title
      return file
    })
    if (parameters.text('channel_id') !== undefined) {
      const chat = chatOf(call, 'channel_id')
      const text = parameters.text('initial_comment') ?? ''
      const message = slack.world.say(chat, { user: bot.user, text, files, threadTs: threadOf(call, chat) })
      slack.announce(chat, message)
    }
    return { files: files.map((file) => fileJson(file, slack.url)) }
  },

  'files.info'({ slack, bot, parameters }: BotCall) {
    const file = slack.world.files.get(parameters.required('file', 'file_not_found'))
    if (file?.teamId !== bot.team.id) throw new Refusal('file_not_found')
    return { file: fileJson(file, slack.url) }
  },
}
