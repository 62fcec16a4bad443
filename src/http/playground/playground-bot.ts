import { Type } from 'typebox'
import type { Bot, Bots } from '../../channels/bots.ts'
import type { PlaygroundMessage, PlaygroundPlatform } from '../../channels/playground/playground.ts'
import { defineErrors } from '../../lib/errors.ts'
import type { Linking } from '../../linking/linking.ts'
import type { Db } from '../../storage/database.ts'
import { Timestamp } from '../schemas.ts'

export interface PlaygroundDependencies {
  db: Db
  bots: Bots
  linking: Linking
  platform: PlaygroundPlatform
}

export const playgroundErrors = defineErrors({
  playground_off: { status: 404, detail: 'The playground is switched off' },
})

export const PlaygroundMessageView = Type.Object(
  {
    id: Type.String(),
    from: Type.Union([Type.Literal('person'), Type.Literal('bot')]),
    text: Type.String({ description: 'Markdown.' }),
    sent_at: Timestamp,
    edited_at: Type.Union([Timestamp, Type.Null()]),
  },
  { title: 'PlaygroundMessage' },
)

/** The bot of the playground. Throws `playground_off` where there is none. */
export async function playgroundBot({ db, bots }: PlaygroundDependencies): Promise<Bot> {
  const [bot] = await bots.list(db, { channel: 'playground' })
  if (bot?.enabled !== true) throw playgroundErrors.playground_off()
  return bot
}

export function viewPlaygroundMessage(message: PlaygroundMessage) {
  return {
    id: message.id,
    from: message.from,
    text: message.text,
    sent_at: message.sentAt.toISOString(),
    edited_at: message.editedAt?.toISOString() ?? null,
  }
}
