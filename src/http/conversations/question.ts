import { Type, type Static, type TObject } from 'typebox'
import type { Question } from '../../conversations/conversations.ts'
import { filesOf, SentFiles } from '../sent-files.ts'

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
  files: Type.Optional(SentFiles),
}

export function questionOf({ message, message_id, files }: Static<TObject<typeof questionFields>>): Question {
  return {
    text: message,
    files: filesOf(files),
    ...(message_id === undefined ? {} : { messageId: message_id }),
  }
}
