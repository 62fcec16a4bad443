import { Readable } from 'node:stream'
import { Type } from 'typebox'
import type { Attachment, Attachments } from '../../attachments/attachments.ts'
import { answers } from '../schemas.ts'
import type { App } from '../types.ts'

/** What a browser may show; anything else is saved. SVG is not among them: it can hold scripts. */
const shownTypes = /^(image\/(png|jpeg|gif|webp|avif)|audio\/[\w.+-]+|application\/pdf)$/

export function readFile(app: App, attachments: Pick<Attachments, 'verify' | 'open'>): void {
  app.get(
    '/api/files/:id',
    {
      config: { access: 'public' },
      schema: {
        summary: 'A file of a conversation, by a signed link as messages hold it',
        tags: ['files'],
        params: Type.Object({ id: Type.String() }),
        querystring: Type.Object({
          expires: Type.String({ description: 'Seconds since the epoch; part of what is signed.' }),
          signature: Type.String(),
        }),
        produces: ['application/octet-stream'],
        response: answers(
          { 200: Type.Unsafe<Readable>({ type: 'string', format: 'binary' }) },
          [403, 404, 410],
        ),
      },
    },
    async (request, reply) => {
      attachments.verify(request.params.id, request.query)
      const { attachment, body } = await attachments.open(request.params.id)
      return reply.headers(headersOf(attachment)).send(Readable.fromWeb(body))
    },
  )
}

function headersOf({ name, mediaType, size }: Attachment): Record<string, string | number> {
  const disposition = shownTypes.test(mediaType) ? 'inline' : 'attachment'
  return {
    'content-type': mediaType,
    'content-length': size,
    'content-disposition': `${disposition}; ${fileNameParameters(name)}`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'self'; sandbox",
    'cache-control': 'private, max-age=3600',
  }
}

/** The name twice, as RFC 6266 (appendix D) advises: in plain ASCII, and as it is (RFC 8187). */
function fileNameParameters(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const exact = encodeURIComponent(name).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `filename="${plain}"; filename*=UTF-8''${exact}`
}
