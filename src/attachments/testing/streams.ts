/** The bytes as a stream, in pieces of the given size. */
export function streamOf(bytes: Uint8Array, pieceSize = 65_536): ReadableStream<Uint8Array> {
  let position = 0
  return new ReadableStream({
    pull(controller) {
      if (position >= bytes.length) {
        controller.close()
        return
      }
      controller.enqueue(bytes.subarray(position, position + pieceSize))
      position += pieceSize
    },
  })
}

export async function bytesOf(body: ReadableStream<Uint8Array>): Promise<Buffer> {
  return Buffer.from(await new Response(body).arrayBuffer())
}
