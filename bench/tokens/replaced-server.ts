/** The replaced look-up behind bare `node:http`: GET answers for a bearer token, DELETE revokes it. */
import { Redis } from 'ioredis'
import pg from 'pg'
import type { DatabaseAddress } from '../../src/storage/database.ts'
import { poolOf } from './databases.ts'
import { countAs, serve, settings } from './child.ts'
import { createReplacedLookup } from './replaced-lookup.ts'

const { address, redisUrl, prefix } = settings() as {
  address: DatabaseAddress
  redisUrl: string
  prefix: string
}
const pool = new pg.Pool(poolOf(address))
const redis = new Redis(redisUrl)
const send = redis.sendCommand.bind(redis)
redis.sendCommand = (...args) => {
  countAs('redis')
  return send(...args)
}
const lookup = createReplacedLookup(pool, redis, prefix)

serve((request, reply) => {
  const [, token = ''] = /^bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? []
  const answer = (status: number, body: object) => {
    const text = JSON.stringify(body)
    reply.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    })
    reply.end(text)
  }
  const work =
    request.method === 'DELETE'
      ? lookup.revoke(token).then(() => answer(200, { revoked: true }))
      : lookup.find(token).then((found) => answer(found === undefined ? 401 : 200, { valid: found?.id }))
  work.catch((error: unknown) => answer(503, { error: String(error) }))
})
