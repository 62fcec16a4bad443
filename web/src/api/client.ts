import { createClient, PorticoError } from '@portico/sdk'
import { QueryCache, QueryClient } from '@tanstack/react-query'

/** The one way out of the page. */
export const portico = createClient()

/** What the page knows of the server. A call that answers 401 means that the session is over. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (error instanceof PorticoError && error.status === 401) queryClient.setQueryData(['me'], null)
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => failures < 2 && mayPass(error),
    },
    mutations: { networkMode: 'always' },
  },
})

function mayPass(error: Error): boolean {
  return !(error instanceof PorticoError) || error.status >= 500
}
