/** What has been asked of the server and is still known. A session that has ended leads to the sign-in, whoever notices. */
import { FoveaError } from '@fovea/client'
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { leaveForSignIn } from './session.ts'

/** Coming back to a tab asks again what is older, ms. */
const freshMs = 15_000

const onError = (error: Error) => {
  if (error instanceof FoveaError && error.status === 401) leaveForSignIn()
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  // The client repeats what may succeed a moment later by itself.
  defaultOptions: { queries: { staleTime: freshMs, retry: false } },
})
