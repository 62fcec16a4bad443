import { expect, it } from 'vitest'
import type { Agent } from '../agents/agent.ts'
import { startS3Server } from '../attachments/testing/s3-server.ts'
import { createWorld } from '../testing/world.ts'

const drawing = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(500)])

const artist: Agent = {
  async *run() {
    const url = `data:image/png;base64,${drawing.toString('base64')}`
    yield { type: 'file', url, mediaType: 'image/png', filename: 'drawing.png' }
  },
}

it('keeps files in the configured bucket, each user apart, and opens them from there', async () => {
  const server = await startS3Server()
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = server.settings
  const world = await createWorld({
    yaml: `
files:
  kind: s3
  endpoint: ${endpoint}
  region: ${region}
  bucket: ${bucket}
  access_key_id: ${accessKeyId}
  secret_access_key: ${secretAccessKey}
`,
    overrides: { agents: new Map([['default', artist]]) },
  })
  try {
    const ada = await world.person('Ada')
    const { id } = await ada.begin()
    const stream = await ada.stream(await ada.turn(id, 'draw'))
    const { pathname, search } = new URL(/"url":"(http[^"]+)"/.exec(stream)?.[1] ?? '')
    const file = pathname.split('/').at(-1) ?? ''
    expect([...server.objects.keys()]).toEqual([`${ada.id}/${file}`])
    const answer = await fetch(new URL(pathname + search, world.url))
    expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), drawing)).toBe(0)

    await ada.ask('DELETE', `/api/conversations/${id}`)
    expect(server.objects.size).toBe(0)
    expect(server.refusals).toEqual([])
  } finally {
    await world.stop()
    await server.stop()
  }
})
