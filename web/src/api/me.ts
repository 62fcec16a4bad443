import { call, PorticoError } from '@portico/sdk'
import { queryOptions } from '@tanstack/react-query'
import { portico } from './client.ts'

/** How this server takes people in. Public. */
export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: () => call(portico.GET('/api/setup')),
  staleTime: Infinity,
})

/** Who is signed in; null if nobody is. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async () => {
    try {
      return await call(portico.GET('/api/me'))
    } catch (error) {
      if (error instanceof PorticoError && error.status === 401) return null
      throw error
    }
  },
  staleTime: 60_000,
})
