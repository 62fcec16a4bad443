import { call, createClient, growingText, startTurn, streamTurn } from '@portico/sdk'
import express, { type Express, type Request } from 'express'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { page } from './express-page.ts'

export interface ExpressChatOptions {
  porticoUrl: string
  /** Where this app is reached; Portico is configured with it (`auth.issuer`, `auth.jwks_url`). */
  ownUrl: string
}

const audience = 'portico'

/**
 * A web application with people of its own: it vouches for them to Portico by a JWT, and shows a chat with the agent.
 *
 *   auth: { mode: jwt, issuer: OWN_URL, audience: portico, jwks_url: OWN_URL/.well-known/jwks.json }
 */
export async function createExpressChat({ porticoUrl, ownUrl }: ExpressChatOptions): Promise<Express> {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'example', alg: 'RS256', use: 'sig' }
  // A real application keeps these where a restart leaves them.
  const conversations = new Map<string, string>()
  const tokenOf = (person: string) =>
    new SignJWT({ name: person })
      .setProtectedHeader({ alg: 'RS256', kid: jwk.kid })
      .setIssuer(ownUrl)
      .setAudience(audience)
      .setSubject(person.toLowerCase())
      .setIssuedAt()
      .setExpirationTime('5 minutes')
      .sign(privateKey)

  const app = express()
  app.use(express.json())
  app.get('/.well-known/jwks.json', (_request, response) => void response.json({ keys: [jwk] }))
  app.get('/', (request, response) => void response.type('html').send(page(personOf(request))))
  app.post('/ask', async (request, response) => {
    const person = personOf(request)
    const portico = createClient({ baseUrl: porticoUrl, token: await tokenOf(person) })
    const { message } = request.body as { message: string }
    const conversationId =
      conversations.get(person) ?? (await call(portico.POST('/api/conversations', { body: {} }))).id
    conversations.set(person, conversationId)
    const turnId = await startTurn(portico, { conversationId, message })
    response.type('application/x-ndjson')
    // The answer is theirs also when they leave: they find it in the conversation.
    const left = new AbortController()
    response.on('close', () => left.abort())
    try {
      for await (const text of growingText(streamTurn(portico, { turnId, signal: left.signal }), 100))
        response.write(`${JSON.stringify({ text })}\n`)
      response.end()
    } catch (error) {
      if (!left.signal.aborted) throw error
    }
  })
  return app
}

/** Whoever the application says it is: a real one looks at its session. */
function personOf(request: Request): string {
  return typeof request.query['as'] === 'string' ? request.query['as'] : 'Ada'
}

if (import.meta.main) {
  const { PORT = '3000', PORTICO_URL = 'http://127.0.0.1:8080' } = process.env
  const app = await createExpressChat({ porticoUrl: PORTICO_URL, ownUrl: `http://127.0.0.1:${PORT}` })
  app.listen(Number(PORT))
}
