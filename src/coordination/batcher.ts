/**
 * Group commit inside the process: while one run is under way, further inputs gather and go together in the
 * next one. There is no timer, so an input that comes alone waits for nothing. `run` answers in the order of its
 * inputs. When a run of several throws, each of them gets a run of its own, so that one's trouble is not
 * another's: `run` must bear being repeated.
 */
export function createBatcher<Input, Output>(
  run: (inputs: Input[]) => Promise<Output[]>,
  maxInputs = 500,
): (input: Input) => Promise<Output> {
  interface Waiting {
    input: Input
    resolve: (output: Output) => void
    reject: (error: unknown) => void
  }
  let waiting: Waiting[] = []
  let running = false

  async function runAlone({ input, resolve, reject }: Waiting): Promise<void> {
    await run([input]).then(([output]) => resolve(output as Output), reject)
  }

  async function drain(): Promise<void> {
    running = true
    // Inputs of the same tick go together.
    await Promise.resolve()
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxInputs)
      waiting = waiting.slice(maxInputs)
      try {
        const outputs = await run(batch.map(({ input }) => input))
        batch.forEach(({ resolve }, index) => resolve(outputs[index] as Output))
      } catch (error) {
        const [only, ...others] = batch
        if (others.length === 0) only?.reject(error)
        else await Promise.all(batch.map(runAlone))
      }
    }
    running = false
  }

  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject })
      if (!running) void drain()
    })
}
