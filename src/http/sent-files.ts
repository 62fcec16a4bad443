import { Type, type Static } from 'typebox'
import { closed } from './schemas.ts'

/** Files that come with a message, within its body. */
export const SentFiles = Type.Array(
  Type.Object(
    {
      url: Type.String({ pattern: '^data:', description: 'The file as a data: URL.' }),
      media_type: Type.String(),
      filename: Type.Optional(Type.String({ maxLength: 255 })),
    },
    closed,
  ),
  { maxItems: 10 },
)

export function filesOf(files: Static<typeof SentFiles> = []) {
  return files.map(({ url, media_type: mediaType, filename }) => ({
    url,
    mediaType,
    ...(filename === undefined ? {} : { filename }),
  }))
}
