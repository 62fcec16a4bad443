import { textAt } from '../pointer.ts'
import { ask, headersOf, questionOf } from './ask.ts'
import {
  ProviderRefusal,
  ProviderSilence,
  type DeviceOutcome,
  type DevicePrompt,
  type Place,
} from './oauth.ts'
import { clientAuthOf, clientProof, filled, renamed, scopeText } from './parameters.ts'
import { serverOf, urlFor } from './server.ts'
import { assertAccepted } from './token-answer.ts'
import { grant, type Tools } from './tokens.ts'

/** RFC 8628, 3.1 and 3.2. Throws ProviderSilence for an answer with which nobody could go on. */
export async function beginDevice(
  { asking, metadata }: Tools,
  place: Place,
  scopes: readonly string[],
): Promise<DevicePrompt> {
  const { provider, client } = place
  const server = await serverOf(metadata, place)
  const scope = scopeText(provider, scopes)
  const proof = clientProof(clientAuthOf(place, server.authMethods), place)
  const params = {
    client_id: client.id,
    ...(scope === undefined ? {} : { scope }),
    ...(server.resource === undefined ? {} : { resource: server.resource }),
    ...proof.params,
  }
  const question = questionOf(urlFor(server, 'device'), 'POST', renamed(provider, 'token', params), {
    headers: headersOf(proof.headers, filled(provider.token_headers, server.values)),
  })
  const answer = await ask(asking, provider.id, question)
  const secrets = client.secret === undefined ? [] : [client.secret]
  assertAccepted({ id: provider.id }, answer, secrets)
  return promptIn(answer.body) ?? silence(provider.id)
}

/** RFC 8628, 3.4 and 3.5. */
export async function pollDevice(tools: Tools, place: Place, deviceCode: string): Promise<DeviceOutcome> {
  const server = await serverOf(tools.metadata, place)
  try {
    const tokens = await grant(tools, place, server, {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: deviceCode,
    })
    return { kind: 'approved', tokens }
  } catch (error) {
    const kind = error instanceof ProviderRefusal ? outcomes.get(error.code) : undefined
    if (kind === undefined) throw error
    return { kind }
  }
}

const outcomes = new Map<string, Exclude<DeviceOutcome['kind'], 'approved'>>([
  ['authorization_pending', 'pending'],
  ['slow_down', 'slow_down'],
  ['access_denied', 'denied'],
  ['authorization_declined', 'denied'],
  ['expired_token', 'expired'],
])

function promptIn(body: unknown): DevicePrompt | undefined {
  const deviceCode = textAt(body, '/device_code')
  const userCode = textAt(body, '/user_code')
  // The second name is that of the draft, which Google kept.
  const verificationUri = textAt(body, '/verification_uri') ?? textAt(body, '/verification_url')
  if (deviceCode === undefined || userCode === undefined || !isWebAddress(verificationUri)) return undefined
  const complete = textAt(body, '/verification_uri_complete')
  return {
    deviceCode,
    userCode,
    verificationUri,
    verificationUriComplete: isWebAddress(complete) ? complete : undefined,
    expiresInS: secondsIn(body, '/expires_in', 900),
    intervalS: secondsIn(body, '/interval', 5),
  }
}

/** People are shown it as a link. */
function isWebAddress(text: string | undefined): text is string {
  return text !== undefined && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

function secondsIn(body: unknown, pointer: string, usual: number): number {
  const seconds = Number(textAt(body, pointer) ?? usual)
  return seconds > 0 && seconds < 86_400 ? Math.ceil(seconds) : usual
}

function silence(provider: string): never {
  throw new ProviderSilence(provider, 'sent')
}
