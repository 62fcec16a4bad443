import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { realDependencies } from '../testing/channel-contract.ts'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { setWechatStage } from './testing/stage.ts'
import { wechat } from './wechat.ts'

describe('a login that the platform calls stale', () => {
  it('is good again when the platform hears that the bot has started', async () => {
    await using stage = await setWechatStage()
    await stage.write('hello')
    stage.account.isStale = true
    await stage.say('an answer')
    stage.account.isStale = true
    await stage.write('again')
    expect(stage.chat.answers).toEqual(['an answer'])
    expect(await wechat.validate(stage.settings, stage.dependencies)).toMatchObject({ id: stage.account.id })
  })

  it('ends with a sentence that says what to do, without the token', async () => {
    await using stage = await setWechatStage()
    await stage.write('hello')
    stage.account.isRevoked = true
    const error = await stage.say('an answer').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      kind: 'bad_credentials',
      message: expect.stringContaining('scan the login code again') as string,
    })
    expect(inspect(error, { depth: 10 })).not.toContain(stage.account.token)
    stage.account.write(stage.ada, 'anybody?')
    expect(await stage.ended).toMatchObject({ kind: 'bad_credentials' })
  })

  it('asks for the scan when nobody has scanned yet', async () => {
    await expect(wechat.validate({}, realDependencies)).rejects.toMatchObject({
      kind: 'bad_credentials',
      message: expect.stringContaining('nobody has scanned') as string,
    })
  })
})

describe('the cursor', () => {
  it('of another account is not used', async () => {
    await using stage = await setWechatStage()
    await stage.write('one')
    await stage.write('two')
    const inbox = new MemoryInbox({ account: 'somebody else', updates: 'x' })
    const stop = new AbortController()
    const receiving = stage.create().receive(inbox, stop.signal)
    await inbox.until(({ messages }) => messages.length === 2)
    stop.abort()
    await receiving
    expect(inbox.cursor).toMatchObject({ account: stage.account.id })
  })
})
