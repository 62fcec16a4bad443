import { encode, renderUnicodeCompact } from 'uqr'
import type { BotSettings, ChannelDependencies, LoginStep } from '../../channels/channel.ts'
import type { Prompts } from './prompts.ts'

/** Goes through the steps of a login with the person; returns the settings that it gives. Throws what the login throws. */
export async function logIn(
  steps: AsyncIterable<LoginStep>,
  prompts: Prompts,
  now: ChannelDependencies['now'],
): Promise<BotSettings> {
  for await (const step of steps) {
    switch (step.kind) {
      case 'show': {
        const minutes = Math.max(1, Math.round((step.expiresAt - now()) / 60_000))
        prompts.say(`${step.text} It is valid for ${minutes} min.`)
        prompts.draw(drawCode(step.qr))
        prompts.say(`The same as a link: ${step.qr}`)
        break
      }
      case 'wait':
        prompts.say(step.text)
        break
      case 'ask':
        step.answer(await prompts.text({ message: step.text }))
        break
      case 'done':
        return step.settings
    }
  }
  throw new Error('The login ended without a result: try again.')
}

/** Black on white whatever the colours of the terminal are: cameras read nothing else well. */
export function drawCode(content: string): string {
  // What no code can hold is not worth a failure: the link is printed as well.
  if (Buffer.byteLength(content) > 2_000) return ''
  const { size } = encode(content, { ecc: 'L', border: 2 })
  const lines = renderUnicodeCompact(content, { ecc: 'L', border: 2, invert: true }).split('\n')
  return lines.map((line) => `\u001b[38;5;16;48;5;231m${line.padEnd(size)}\u001b[0m`).join('\n')
}
