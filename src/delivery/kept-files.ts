import { referencedId, type Attachments } from '../attachments/attachments.ts'
import { GatewayError } from '../lib/errors.ts'
import { embeddedFiles } from './embedded-files.ts'
import type { AnswerFiles } from './outlet.ts'

/** The files of answers that are kept in storage (`attachment:<id>`). */
export function keptFiles({ openBlob, urlOf }: Pick<Attachments, 'openBlob' | 'urlOf'>): AnswerFiles {
  return {
    async open(url) {
      const id = referencedId(url)
      if (id === undefined) return embeddedFiles.open(url)
      try {
        return (await openBlob(id)).blob
      } catch (error) {
        if (error instanceof GatewayError && error.status === 404) return undefined
        throw error
      }
    },
    link(url) {
      const id = referencedId(url)
      return id === undefined ? embeddedFiles.link(url) : urlOf(id, linkLifeMs)
    },
  }
}

/** A link in a chat is opened later than one on a page. */
const linkLifeMs = 7 * 24 * 60 * 60 * 1000
