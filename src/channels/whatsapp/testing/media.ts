import type { SimulatedFile } from '../../testing/simulated-platform.ts'

/** Files that lie with the platform, by their ids. */
export class MediaStore {
  readonly #files = new Map<string, SimulatedFile>()
  /** Addresses that are given out instead of the platform's own, by media id. */
  readonly urls = new Map<string, string>()

  add(file: SimulatedFile): string {
    const id = String(10_000_000_001 + this.#files.size)
    this.#files.set(id, file)
    return id
  }

  find(id: string): SimulatedFile | undefined {
    return this.#files.get(id)
  }
}
