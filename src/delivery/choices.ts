import type { Button, ChannelDefinition } from '../channels/channel.ts'
import type { Outlet } from './outlet.ts'

/** Whether a channel can show these choices as buttons; otherwise they are spelled out. */
export function canPress({ abilities }: ChannelDefinition, buttons: readonly Button[]): boolean {
  const { buttons: allowed } = abilities
  if (allowed === undefined || buttons.length > allowed.max) return false
  return buttons.every(({ value }) => Buffer.byteLength(value) <= allowed.maxValueBytes)
}

/** A text that is complete, with its choices behind it where they cannot be buttons. */
export function spelledOut(
  { definition, texts }: Pick<Outlet, 'definition' | 'texts'>,
  text: string,
  buttons: readonly Button[],
): string {
  return canPress(definition, buttons) ? text : text + texts.choices(buttons)
}
