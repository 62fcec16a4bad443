import { Type } from 'typebox'
import { maxUsageBuckets, usageSteps, type Tokens } from '../../tokens/tokens.ts'
import { answers, closed, Timestamp } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { InToken } from './schemas.ts'

type Step = keyof typeof usageSteps
const steps = Object.keys(usageSteps) as Step[]

const Range = Type.Object(
  {
    from: Type.Optional(Timestamp),
    to: Type.Optional(Timestamp),
    step: Type.Optional(Type.Enum(steps)),
  },
  closed,
)

const Buckets = Type.Object({
  buckets: Type.Array(Type.Object({ at: Timestamp, uses: Type.Integer(), refusals: Type.Integer() }), {
    maxItems: maxUsageBuckets,
  }),
})

export function readTokenUsage(app: App, tokens: Tokens): void {
  app.get(
    '/api/tokens/:id/usage',
    {
      config: { access: 'user' },
      schema: {
        summary: 'How often an API token was used and refused, late by some seconds',
        description:
          'Left out: the last 60 minutes, 24 hours or 30 days, by hours. Minutes are kept for 30 days.',
        tags: ['API tokens'],
        params: InToken,
        querystring: Range,
        response: answers({ 200: Buckets }, [400, 404]),
      },
    },
    async (request) => {
      const { from, to, step = 'hour' } = request.query
      const buckets = await tokens.usage(callerOf(request), request.params.id, {
        step,
        ...(from !== undefined && { from: new Date(from) }),
        ...(to !== undefined && { to: new Date(to) }),
      })
      return { buckets: buckets.map((bucket) => ({ ...bucket, at: bucket.at.toISOString() })) }
    },
  )
}
