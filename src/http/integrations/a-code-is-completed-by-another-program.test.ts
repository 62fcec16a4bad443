import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sweep } from '../../integrations/connect/upkeep.ts'
import { callbackUrl, openIntegrationsHouse, type IntegrationsHouse } from './testing/integrations-house.ts'

type Caller = { headers: Record<string, string> }

let house: IntegrationsHouse
let app: Caller
beforeAll(async () => {
  house = await openIntegrationsHouse()
  app = await house.program(house.ada)
})
afterAll(() => house.close())
beforeEach(async () => {
  await house.db.deleteFrom('credentials').execute()
})
afterEach(async () => {
  await house.db.deleteFrom('oauth_states').execute()
})

const base = '/external-api/v1/integrations'
const initiate = (who: Caller, body: object = {}, provider = 'acme') =>
  house.ask(who, 'POST', `${base}/${provider}/oauth/initiate`, { callback_url: callbackUrl, ...body })
const complete = (who: Caller, body: object, provider = 'acme') =>
  house.ask(who, 'POST', `${base}/${provider}/oauth/complete`, body)

/** A program has begun, and the person has agreed. */
async function ready(who: Caller = app) {
  const begun = (await initiate(who)).json<{ login_url: string; state_token: string }>()
  const code = new URL(await house.oidc.authorize(begun.login_url)).searchParams.get('code')
  return { code, state_token: begun.state_token }
}

const invalid = { code: 'oauth_state_invalid', detail: 'Invalid or expired state token' }

async function expectRefused(answer: Awaited<ReturnType<typeof complete>>, problem: object = invalid) {
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject(problem)
  expect(await house.countCredentials()).toBe(0)
}

describe('a code is not completed', () => {
  it("by another person's program, nor by another one of the same person, nor by the person", async () => {
    const body = await ready()
    await expectRefused(await complete(await house.program(house.bob), body))
    await expectRefused(await complete(await house.program(house.ada), body))
    await expectRefused(await complete(house.ada, body))
    expect((await complete(app, body)).statusCode).toBe(200)
  })

  it('by a program where the person began', async () => {
    const body = await ready(house.ada)
    await expectRefused(await complete(app, body))
    expect((await complete(house.ada, body)).statusCode).toBe(200)
  })

  it('for another provider', async () => {
    const body = await ready()
    await expectRefused(await complete(app, body, 'other'))
    await expectRefused(await complete(app, body, 'github'))
    expect((await complete(app, body)).statusCode).toBe(200)
  })

  it('twice', async () => {
    const body = await ready()
    expect((await complete(app, body)).statusCode).toBe(200)
    await house.db.deleteFrom('credentials').execute()
    await expectRefused(await complete(app, body))
  })

  it('after ten minutes', async () => {
    const body = await ready()
    house.pass(600_000)
    await expectRefused(await complete(app, body))
  })

  it('by two at once: the provider is asked once', async () => {
    const body = await ready()
    const before = house.relay.countOf('/token')
    const letGo = house.relay.hold('/token')
    const first = complete(app, body)
    await expect.poll(() => house.relay.countOf('/token')).toBe(before + 1)
    await expectRefused(await complete(app, body))
    letGo()
    expect((await first).statusCode).toBe(200)
    expect(house.relay.countOf('/token')).toBe(before + 1)
    expect(await house.countCredentials()).toBe(1)
  })

  it('where the claim was overtaken while the provider was slow', async () => {
    const body = await ready()
    const before = house.relay.countOf('/token')
    const letGo = house.relay.hold('/token')
    const slow = complete(app, body)
    await expect.poll(() => house.relay.countOf('/token')).toBe(before + 1)
    await house.db
      .updateTable('oauth_states')
      .set({ claimed_until: new Date(0) })
      .execute()
    const fast = complete(app, body)
    await expect.poll(() => house.relay.countOf('/token')).toBe(before + 2)
    letGo()
    const answers = [(await slow).statusCode, (await fast).statusCode]
    expect(answers).toContain(400)
    expect(await house.countCredentials()).toBe(answers.filter((status) => status === 200).length)
  })

  it('with a code that the provider does not know, and the state is used up by that', async () => {
    const body = await ready()
    const refused = {
      code: 'oauth_exchange_refused',
      detail: 'OAuth2 callback failed to exchange code for tokens: invalid_grant',
      provider_code: 'invalid_grant',
    }
    await expectRefused(await complete(app, { ...body, code: 'made-up' }), refused)
    await expectRefused(await complete(app, body))
  })
})

describe('a state outlives', () => {
  it('the silence of the provider: the same request works afterwards', async () => {
    const body = await ready()
    house.relay.breakOff('/token', 1)
    const silent = await complete(app, body)
    expect(silent.statusCode).toBe(502)
    expect(silent.json()).toMatchObject({ code: 'provider_unreachable' })
    expect(await house.countCredentials()).toBe(0)
    expect((await complete(app, body)).statusCode).toBe(200)
  })

  it('silence in the browser too, which keeps its cookie', async () => {
    const { loginUrl, cookie } = await house.leave(house.ada)
    const callback = await house.oidc.authorize(loginUrl)
    house.relay.breakOff('/token', 1)
    const silent = await house.comeBack(callback, house.ada.cookie, cookie)
    expect(silent.headers.location).toBe('/integrations?refused=acme&code=provider_unreachable')
    expect(silent.headers['set-cookie']).toBeUndefined()
    const back = await house.comeBack(callback, house.ada.cookie, cookie)
    expect(back.headers.location).toContain('connected=')
  })

  it('a client that is configured wrongly: the fault is ours', async () => {
    const begun = (await initiate(app, {}, 'misconfigured')).json<{
      login_url: string
      state_token: string
    }>()
    const code = new URL(await house.oidc.authorize(begun.login_url)).searchParams.get('code')
    const body = { code, state_token: begun.state_token }
    const problem = { code: 'oauth_exchange_refused', provider_code: 'invalid_client' }
    await expectRefused(await complete(app, body, 'misconfigured'), problem)
    await expectRefused(await complete(app, body, 'misconfigured'), problem)
  })

  it('an account that its provider cannot name just now, once', async () => {
    const body = await ready()
    house.relay.breakOff('/api/me', 1)
    expect((await complete(app, body)).json()).toMatchObject({ username: 'mia' })
  })
})

describe('what is stored of a state', () => {
  it('is neither the state nor the verifier', async () => {
    const { state_token } = (await initiate(app)).json<{ state_token: string }>()
    const [row] = await house.db.selectFrom('oauth_states').selectAll().execute()
    expect(JSON.stringify(row)).not.toContain(state_token)
    expect(row?.verifier?.length).toBeGreaterThan(60)
    expect(Buffer.from(state_token, 'base64url')).toHaveLength(32)
  })
})

it('forgets ways that ended a day ago, and no others', async () => {
  await initiate(app)
  house.pass(24 * 60 * 60 * 1000)
  await initiate(app)
  house.pass(601_000)
  await sweep(house)
  expect(await house.db.selectFrom('oauth_states').selectAll().execute()).toHaveLength(1)
})

describe('an application gets the code at no other place', () => {
  it('than one whose origin the operator allows, and does not hear which those are', async () => {
    const answer = await initiate(app, { callback_url: 'https://evil.example/callback' })
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({
      code: 'callback_origin_refused',
      detail: 'Callback URL origin is not allowed.',
    })
    expect(answer.body).not.toMatch(/localhost|app\.example\.com/)
  })

  it('than one whose origin its token allows too', async () => {
    const narrow = await house.program(house.ada, { callbackOrigins: ['https://app.example.com'] })
    expect((await initiate(narrow)).statusCode).toBe(400)
    const wide = await house.program(house.ada, { callbackOrigins: ['https://evil.example'] })
    expect((await initiate(wide, { callback_url: 'https://evil.example/' })).statusCode).toBe(400)
  })
})

it('does not begin more than twenty ways for a user, on whichever replica', async () => {
  const begun = await Promise.all(Array.from({ length: 22 }, () => initiate(app)))
  const statuses = begun.map(({ statusCode }) => statusCode)
  expect(statuses.filter((status) => status === 200)).toHaveLength(20)
  const refused = begun.find(({ statusCode }) => statusCode === 429)
  expect(refused?.json()).toMatchObject({ code: 'too_many_oauth_states' })
  expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0)
  expect((await initiate(await house.program(house.bob))).statusCode).toBe(200)
})
