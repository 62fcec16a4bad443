/** Milliseconds since the epoch, finely, so that two processes of one machine can compare. */
export function now(): number {
  return performance.timeOrigin + performance.now()
}
