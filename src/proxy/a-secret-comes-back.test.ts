import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { EchoGuard, SecretEchoed, spellingsOf } from './echo.ts'
import { openProxyHouse, refusalOf, textOf, token, type ProxyHouse } from './testing/proxy-house.ts'

const secret = 'a+b/c "d" é secret'

async function passed(pieces: Buffer[], secrets = [secret]): Promise<{ text: string; isCut: boolean }> {
  let text = ''
  try {
    for await (const piece of Readable.from(pieces).pipe(new EchoGuard(spellingsOf(secrets))))
      text += String(piece)
    return { text, isCut: false }
  } catch (error) {
    expect(error).toBeInstanceOf(SecretEchoed)
    return { text, isCut: true }
  }
}

const inBase64 = (before: string) => Buffer.from(`${before}${secret} and more`).toString('base64')

describe('a stream never passes on', () => {
  it.each([
    ['plain', secret],
    ['escaped for a URL', encodeURIComponent(secret)],
    ['escaped for a URL in lower case', encodeURIComponent(secret).toLowerCase()],
    ['escaped for a form', encodeURIComponent(secret).replaceAll('%20', '+')],
    ['in JSON', JSON.stringify({ secret })],
    ['in JSON with escaped slashes', JSON.stringify(secret).replaceAll('/', '\\/')],
    ['in base64', inBase64('')],
    ['in base64, a byte later', inBase64('x')],
    ['in base64, two bytes later', inBase64('xy')],
    ['in base64 for URLs', Buffer.from(`xy${secret}`).toString('base64url')],
  ])('a secret that is %s, wherever the stream is cut in pieces', async (_spelling, text) => {
    const whole = Buffer.from(`before ${text} after`)
    for (let at = 0; at <= whole.length; at++) {
      const { text, isCut } = await passed([whole.subarray(0, at), whole.subarray(at)])
      expect(isCut).toBe(true)
      expect('before '.startsWith(text) || text.startsWith('before ')).toBe(true)
    }
    const bytes = await passed([...whole].map((byte) => Buffer.from([byte])))
    expect(bytes.isCut).toBe(true)
    for (const spelling of spellingsOf([secret])) expect(bytes.text).not.toContain(spelling.toString())
  })

  it('more than what could not be the beginning of one, and nothing less', async () => {
    const guard = new EchoGuard(spellingsOf(['secret-secret!']))
    const seen: string[] = []
    guard.on('data', (piece: Buffer) => seen.push(piece.toString()))
    for (const piece of ['data: 1\n\n', 'sec', 'ret-sec', 'ure', 's', '\n']) {
      guard.write(piece)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(seen).toEqual(['data: 1\n\n', 'secret-secure', 's\n'])
  })

  it('but it passes what only resembles one, to the last byte', async () => {
    const text = 'a+b/c "d" é secreT, a+b/c "d" é secre'
    expect(await passed([Buffer.from(text)])).toEqual({ text, isCut: false })
    expect(spellingsOf(['1234567'])).toEqual([])
  })
})

describe('an answer never holds the secret', () => {
  let house: ProxyHouse
  beforeAll(async () => {
    house = await openProxyHouse()
  })
  afterAll(() => house.stop())
  beforeEach(() => {
    house.credentials.put({ provider: 'demo', secret: { type: 'oauth2', accessToken: token } })
  })

  it.each<[string, () => void]>([
    [
      'in a header',
      () => (house.server.answer = (_, reply) => void reply.setHeader('x-you-sent', `Bearer ${token}`).end()),
    ],
    [
      'in a short body',
      () => (house.server.answer = ({ headers }, reply) => void reply.end(JSON.stringify(headers))),
    ],
    [
      'in a redirect that is not followed',
      () =>
        (house.server.answer = (_, reply) =>
          void reply.writeHead(300, { location: `/?token=${token}` }).end()),
    ],
  ])('%s', async (_where, answer) => {
    answer()
    expect(await refusalOf(house.send({}))).toBe('secret_echoed')
    const [entry] = await house.entries()
    expect(entry).toMatchObject({ action: 'credential.use_refused', detail: { refusal: 'secret_echoed' } })
    expect(JSON.stringify(await house.entries())).not.toContain(token)
  })

  it.each([
    [
      'of a user and a password',
      { type: 'user_password', username: 'ada', password: 'hunter2hunter2' },
      'ada:hunter2hunter2',
    ],
    [
      'of a header with a scheme',
      { type: 'host_scoped', headers: { authorization: 'Token 0123456789' } },
      '0123456789',
    ],
  ] as const)('%s', async (_what, secret, echoed) => {
    const host = `api.provider.test:${house.server.port}`
    house.credentials.put({ provider: 'demo', host, secret })
    house.server.answer = (_, reply) => void reply.end(`x${Buffer.from(`__${echoed}`).toString('base64')}`)
    const path = `http://${host}/`
    expect(await refusalOf(house.send({ path }))).toBe('secret_echoed')
    house.server.answer = (_, reply) => void reply.end('nothing of it')
    expect(await refusalOf(house.send({ path }))).toBe('answered 200')
  })

  it.each([
    ['that is under way', (text: string) => Buffer.from(text), {}],
    [
      'that is packed although nobody asked for that',
      (text: string) => gzipSync(text),
      { 'content-encoding': 'gzip' },
    ],
  ])('in a stream %s: it is cut before, and that is in the record', async (_kind, packed, headers) => {
    house.server.answer = (_, reply) => {
      reply.writeHead(200, headers)
      reply.end(packed(`before ${token} after`))
    }
    const answer = await house.send({})
    expect(answer.headers).not.toHaveProperty('content-encoding')
    let text = ''
    const reading = (async () => {
      for await (const piece of answer.body) text += String(piece)
    })()
    await expect(reading).rejects.toThrow(SecretEchoed)
    expect('before '.startsWith(text)).toBe(true)
    await expect
      .poll(async () => (await house.entries())[0])
      .toMatchObject({ action: 'credential.use_refused', detail: { refusal: 'secret_echoed' } })
  })

  it('and a packed answer without it is unpacked', async () => {
    house.server.answer = (_, reply) => {
      reply.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('all is well'))
    }
    expect(await textOf((await house.send({})).body)).toBe('all is well')
    expect(house.server.seen.at(-1)?.headers['accept-encoding']).toBe('identity')
  })
})
