import type { SimulatedFile, SimulatedPerson } from '../../testing/simulated-platform.ts'

export type Json = Readonly<Record<string, unknown>>

export function object(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The stream that an activity belongs to. */
export function streamInfoOf(activity: Json): Json | undefined {
  return list(activity['entities'])
    .map(object)
    .find(({ type }) => type === 'streaminfo')
}

/** The labels and values of the buttons of all cards. */
export function buttonsOf(activity: Json): { label: string; action: Json }[] {
  return list(activity['attachments']).flatMap((attachment) => {
    const { contentType, content } = object(attachment)
    if (contentType !== 'application/vnd.microsoft.card.adaptive') return []
    return list(object(content)['actions']).map((action) => ({
      label: text(object(action)['title']),
      action: object(action),
    }))
  })
}

/** A person as an account of Teams, with their id in the directory. */
export function accountOf(person: SimulatedPerson): Json {
  return { id: `29:1${person.id.replaceAll('-', '')}`, name: person.name, aadObjectId: person.id }
}

/** A file of a person as an attachment: in OneDrive, or pasted into the message. */
export function attachmentOf(file: SimulatedFile, fileId: string, origin: string): Json {
  if (file.mediaType.startsWith('image/'))
    return { contentType: 'image/*', contentUrl: `${origin}/teams/v3/attachments/${fileId}/views/original` }
  return {
    contentType: 'application/vnd.microsoft.teams.file.download.info',
    contentUrl: `${origin}/personal/documents/${encodeURIComponent(file.name)}`,
    name: file.name,
    content: {
      downloadUrl: `${origin}/download/${fileId}?tempauth=once`,
      uniqueId: fileId,
      fileType: file.name.split('.').at(-1),
    },
  }
}
