import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { InboundFile } from '../channel.ts'
import { isOwnAddress } from './settings.ts'
import { setStage, type Stage } from './testing/stage.ts'

let stage: Stage
let thief: Server
let heard: string[]

beforeEach(async () => {
  stage = await setStage()
  heard = []
  thief = createServer((request, response) => {
    heard.push(request.headers.authorization ?? 'none')
    response.end('thank you')
  })
  await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  thief.close()
  await stage.stop()
})

function fileAt(url: string): InboundFile {
  const ref = { id: 'F0A', team: stage.simulator.home.id, url }
  return { kind: 'document', name: 'x.pdf', mediaType: 'application/pdf', ref }
}

describe('a token', () => {
  it('is not sent where a message says a file is', async () => {
    const url = `http://127.0.0.1:${(thief.address() as AddressInfo).port}/x.pdf`
    const fetching = stage.channel.fetchFile(fileAt(url), AbortSignal.timeout(5_000))
    await expect(fetching).rejects.toMatchObject({ kind: 'invalid' })
    expect(heard).toEqual([])
  })

  it('does not follow to where Slack leads', async () => {
    const url = `${stage.simulator.url}/files-pri/T0OTHER-F0A/x.pdf`
    const fetching = stage.channel.fetchFile(fileAt(url), AbortSignal.timeout(5_000))
    await expect(fetching).rejects.toMatchObject({ code: 'file_access_denied' })
  })

  it.each<[string, boolean]>([
    ['https://files.slack.com/files-pri/T1-F1/a.pdf', true],
    ['https://slack.com/x', true],
    ['wss://wss-primary.slack.com/link', true],
    ['http://files.slack.com/a.pdf', false],
    ['ws://wss-primary.slack.com/link', false],
    ['https://evilslack.com/a.pdf', false],
    ['https://slack.com.evil.example/a.pdf', false],
    ['https://slack.com@evil.example/a.pdf', false],
    ['https://files.slack.com:8443/a.pdf', false],
  ])('goes to the hosts of the API only: %s', (address, isOwn) => {
    expect(isOwnAddress(new URL('https://slack.com/api/'), new URL(address))).toBe(isOwn)
  })
})
