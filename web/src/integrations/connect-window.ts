import { readOutcome, type Outcome } from './outcome.ts'

/**
 * Connecting goes on in a window of its own. The page that opened it and the window cannot see each other: the
 * provider's page lies in between, and the browser cuts their ties. So they speak over a channel:
 *
 *   page: opens the window, listens -> window: comes back with an outcome, tells it -> page: takes it -> window: closes
 *
 * An outcome that nobody takes is shown where it came, which is also how it goes where windows are blocked.
 */
const channelName = 'portico-connect'
const takenWithinMs = 400

/** False: the browser blocks windows, and this one went on itself. */
export function openConnectWindow(address: string): boolean {
  const [width, height] = [600, 760]
  const left = Math.max(0, window.screenX + (window.outerWidth - width) / 2)
  const top = Math.max(0, window.screenY + (window.outerHeight - height) / 2)
  const place = `popup,width=${width},height=${height},left=${Math.round(left)},top=${Math.round(top)}`
  if (window.open(address, channelName, place) !== null) return true
  window.location.assign(address)
  return false
}

/** Takes the outcome that the window brings. Answers how to stop listening. */
export function takeOutcome(onOutcome: (outcome: Outcome) => void): () => void {
  const channel = new BroadcastChannel(channelName)
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    const outcome = typeof data === 'string' ? readOutcome(data) : undefined
    if (outcome === undefined) return
    channel.postMessage(null)
    onOutcome(outcome)
  }
  return () => channel.close()
}

/** Tells the page that waits what `search` says; false if none does. */
export async function tellOutcome(search: string): Promise<boolean> {
  const channel = new BroadcastChannel(channelName)
  try {
    return await new Promise((resolve) => {
      channel.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (data === null) resolve(true)
      }
      channel.postMessage(search)
      setTimeout(() => resolve(false), takenWithinMs)
    })
  } finally {
    channel.close()
  }
}
