import { expect, it } from 'vitest'
import { readBytes, readText } from './read-limited.ts'

function answerOf(...chunks: readonly Uint8Array[]): Response {
  return new Response(
    new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk)
        controller.close()
      },
    }),
  )
}

it('reads what is as long as may be', async () => {
  const answer = answerOf(Buffer.from('ab'), Buffer.from('cd'))
  expect((await readBytes(answer, 4)).toString()).toBe('abcd')
})

it('puts together letters that came in pieces, and drops a byte order mark', async () => {
  const bytes = Buffer.from('\uFEFF漢字')
  expect(await readText(answerOf(bytes.subarray(0, 4), bytes.subarray(4)), 100)).toBe('漢字')
})

it('takes an answer without a body for an empty one', async () => {
  expect(await readText(new Response(null, { status: 204 }), 1)).toBe('')
})

it('stops an answer that is too long, although it never ends', async () => {
  let isCancelled = false
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(Buffer.from('more')),
    cancel: () => void (isCancelled = true),
  })
  await expect(readText(new Response(endless), 10)).rejects.toThrow('The answer is longer than 10 bytes')
  expect(isCancelled).toBe(true)
})
