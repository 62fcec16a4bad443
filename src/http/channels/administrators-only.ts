import type { FastifyRequest } from 'fastify'
import { httpErrors } from '../errors.ts'
import { callerOf } from '../types.ts'

/** Refuses everybody else in a sentence of the route's own, before the body is looked at. */
export function administratorsOnly(detail: string) {
  return async (request: FastifyRequest): Promise<void> => {
    if (callerOf(request).role !== 'admin')
      throw httpErrors.permission_missing({ detail, members: { permission: 'admin' } })
  }
}

export const credentialsRefusal = 'Admin privileges required to manage channel runtime credentials.'
export const workersRefusal = 'Admin privileges required to manage channel runtime workers.'
