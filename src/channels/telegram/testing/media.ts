import type { SimulatedFile } from '../../testing/simulated-platform.ts'
import type { ChatMessage } from './chat.ts'

/** The files that people and bots have sent, by the id that the Bot API names them with. */
export class MediaStore {
  readonly #files = new Map<string, SimulatedFile & { path: string }>()

  /** Keeps a file and returns the fields of the message that carries it: https://core.telegram.org/bots/api#message */
  keep(file: SimulatedFile, form: MediaForm = formOf(file.mediaType)): Record<string, unknown> {
    const id = `file_${this.#files.size + 1}`
    const ending = /\.\w{1,8}$/.exec(file.name)?.[0] ?? ''
    this.#files.set(id, { ...file, path: `${form}s/${id}${ending}` })
    const facts = { file_id: id, file_unique_id: `u${id}`, file_size: file.bytes.length }
    if (form === 'photo') {
      const small = { ...facts, file_id: `${id}_s`, width: 90, height: 60, file_size: 900 }
      return { photo: [small, { ...facts, width: 900, height: 600 }] }
    }
    const { name: file_name, mediaType: mime_type } = file
    const timed = form === 'document' ? {} : { duration: 1 }
    const shown = form === 'video' || form === 'animation' ? { width: 320, height: 240 } : {}
    const named = form === 'voice' ? { mime_type } : { file_name, mime_type }
    const described = { [form]: { ...facts, ...named, ...timed, ...shown } }
    // Old clients know an animation as a document.
    return form === 'animation' ? { ...described, document: described['animation'] } : described
  }

  find(id: string) {
    return this.#files.get(id)
  }

  at(path: string) {
    return [...this.#files.values()].find((file) => file.path === path)
  }

  /** The file of a message, if it carries one. */
  of({ extra }: ChatMessage): SimulatedFile[] {
    for (const form of mediaForms) {
      const content = extra[form]
      const media = (Array.isArray(content) ? content.at(-1) : content) as { file_id: string } | undefined
      const file = media && this.#files.get(media.file_id)
      if (file !== undefined) return [file]
    }
    return []
  }
}

export const mediaForms = ['photo', 'voice', 'audio', 'animation', 'video', 'document'] as const
export type MediaForm = (typeof mediaForms)[number]

/** As the apps choose when a person sends a file. */
function formOf(mediaType: string): MediaForm {
  if (mediaType === 'image/gif') return 'animation'
  if (mediaType.startsWith('image/')) return 'photo'
  if (mediaType === 'audio/ogg') return 'voice'
  if (mediaType.startsWith('audio/')) return 'audio'
  return mediaType.startsWith('video/') ? 'video' : 'document'
}
