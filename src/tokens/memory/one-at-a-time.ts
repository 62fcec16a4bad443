/**
 * Work that is done again and again, never twice at once. Whoever asks for it gets a run that begins after they asked;
 * all that ask during a run share the next one.
 *
 *   resting -> running -> running again (somebody asked meanwhile) -> resting
 */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const begin = (): Promise<void> => {
    const run = work().finally(() => {
      running = undefined
    })
    running = run
    return run
  }
  const after = async (run: Promise<void>) => {
    await run.catch(() => undefined)
    next = undefined
    // Somebody may have been quicker; their run began after those who wait here had asked.
    await (running ?? begin())
  }
  return () => (running === undefined ? begin() : (next ??= after(running)))
}
