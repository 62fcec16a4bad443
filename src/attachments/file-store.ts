/** Where the bytes of files lie. Paths are made of our own ids (`paths.ts`), never of what people write. */
export interface FileStore {
  /** Streams a file to its place; nothing stays there when it throws. Errors of `body` are thrown as they are. */
  write(path: string, body: AsyncIterable<Uint8Array>): Promise<void>
  /** Undefined when nothing is there. */
  read(path: string): Promise<ReadableStream<Uint8Array> | undefined>
  /** The same as a blob, which can be read more than once. */
  blob(path: string, mediaType: string): Promise<Blob | undefined>
  /** No error when nothing is there. */
  remove(path: string): Promise<void>
}
