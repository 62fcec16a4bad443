import { Type, type Static, type TObject } from 'typebox'
import type { Question } from '../../conversations/conversations.ts'
import { closed } from '../schemas.ts'

/** What a question consists of; several routes take one. */
export const questionFields = {
  message: Type.String({ minLength: 1, maxLength: 32_000 }),
  message_id: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'Your own key: a retry under it is the same turn.',
    }),
  ),
  files: Type.Optional(
    Type.Array(
      Type.Object(
        {
          url: Type.String({ pattern: '^data:', description: 'The file as a data: URL.' }),
          media_type: Type.String(),
          filename: Type.Optional(Type.String({ maxLength: 255 })),
        },
        closed,
      ),
      { maxItems: 10 },
    ),
  ),
}

export function questionOf({
  message,
  message_id,
  files = [],
}: Static<TObject<typeof questionFields>>): Question {
  return {
    text: message,
    files: files.map(({ url, media_type, filename }) => ({
      url,
      mediaType: media_type,
      ...(filename === undefined ? {} : { filename }),
    })),
    ...(message_id === undefined ? {} : { messageId: message_id }),
  }
}
