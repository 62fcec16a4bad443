import { useEffect, useState } from 'react'
import { connectAddress, refreshCredentials, type ConnectWish } from '../api/integrations.ts'
import { openConnectWindow, takeOutcome, tellOutcome } from './connect-window.ts'
import { readOutcome, type Outcome } from './outcome.ts'

/**
 * Where connecting an account stands:
 *   null -> going (in the other window) -> ended ; returned (this is that window) -> over | ended (nobody waits for it)
 */
export type Connecting =
  | { step: 'going'; wish: ConnectWish }
  | { step: 'returned'; search: string }
  /** `wish`: left out where this page did not begin it. */
  | { step: 'ended'; outcome: Outcome; wish?: ConnectWish }
  | { step: 'over' }
  | null

export function useConnecting() {
  const [connecting, setConnecting] = useState<Connecting>(readReturn)
  const wish = connecting?.step === 'going' ? connecting.wish : undefined
  const returned = connecting?.step === 'returned' ? connecting.search : undefined

  useEffect(() => {
    if (wish === undefined) return
    return takeOutcome((outcome) => {
      void refreshCredentials().finally(() => setConnecting({ step: 'ended', outcome, wish }))
    })
  }, [wish])

  useEffect(() => {
    if (returned === undefined) return
    const outcome = readOutcome(returned)
    void tellOutcome(returned).then((isTaken) => {
      window.history.replaceState(window.history.state, '', window.location.pathname)
      if (isTaken) window.close()
      setConnecting(isTaken || outcome === undefined ? { step: 'over' } : { step: 'ended', outcome })
    })
  }, [returned])

  return {
    connecting,
    /** In the same moment as the press of a button, or the browser blocks the window. */
    begin: (wish: ConnectWish) => {
      if (openConnectWindow(connectAddress(wish))) setConnecting({ step: 'going', wish })
    },
    end: () => setConnecting(null),
  }
}

function readReturn(): Connecting {
  const { search } = window.location
  return readOutcome(search) === undefined ? null : { step: 'returned', search }
}
