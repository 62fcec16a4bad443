import { logInToChannel, type ChannelLoginStep } from '@portico/sdk'
import { useEffect, useEffectEvent, useState } from 'react'
import { refreshChannels, type Provider } from '../api/channels.ts'
import { portico } from '../api/client.ts'

export interface Login {
  /** The newest step, and how many there were. */
  step: Exclude<ChannelLoginStep, { step: 'done' }> | undefined
  count: number
  error: Error | null
  begin: () => void
}

const fresh = { step: undefined, count: 0, error: null }

/** Logs a channel in as long as the component is there. */
export function useLogin(provider: string, onDone: (provider: Provider) => void): Login {
  const [login, setLogin] = useState<Omit<Login, 'begin'>>(fresh)
  const [attempt, setAttempt] = useState(0)
  const done = useEffectEvent(onDone)
  useEffect(() => {
    const stop = new AbortController()
    const follow = async () => {
      for await (const step of logInToChannel(portico, { provider, signal: stop.signal })) {
        if (stop.signal.aborted) return
        if (step.step !== 'done') setLogin(({ count }) => ({ step, count: count + 1, error: null }))
        else {
          await refreshChannels()
          done(step.provider)
        }
      }
    }
    follow().catch((error: unknown) => {
      if (!stop.signal.aborted) setLogin({ ...fresh, error: error instanceof Error ? error : new Error() })
    })
    return () => stop.abort()
  }, [provider, attempt])
  return {
    ...login,
    begin() {
      setLogin(fresh)
      setAttempt(attempt + 1)
    },
  }
}
