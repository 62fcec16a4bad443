/** Milliseconds since some moment. They never go back, and never stand still. */
export type SteadyClock = () => number

/**
 * The process's own clock stands still while the machine sleeps, and the wall's may be set back: so the greatest distance
 * between them counts as slept. A wall clock that is set forward looks like sleep, which is the safe mistake.
 */
export function createSteadyClock(own = () => performance.now(), wall = () => Date.now()): SteadyClock {
  let farthest = -Infinity
  return () => {
    const now = own()
    const distance = wall() - now
    if (distance > farthest) farthest = distance
    return now + farthest
  }
}
