import type { Findings, Leak, Receipt } from '../tokens/tokens.ts'

type State = Leak['state']

const states: Readonly<Record<State, string>> = {
  live: 'CAN BE USED',
  replaced: 'CAN BE USED until the overlap of its rotation ends; the token goes on with its new secret',
  revoked: 'revoked already',
  expired: 'expired already',
  ended: 'its secret was rotated away already',
}

/** What was found, usable ones first; never more of a secret than its last four characters. */
export function describeFindings({ leaks, derived, forgotten, foreign, grants }: Findings): string {
  const order = Object.keys(states)
  const lines = leaks
    .toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
    .flatMap((leak) => [`${titleOf(leak)}, …${leak.lastFour}: ${states[leak.state]}`, placesOf(leak.places)])
  for (const parent of derived)
    lines.push(
      `A token derived from ${titleOf(parent)}: the secret of that one did not leak by this. The derived token ends by itself, or at once when you revoke ${parent.tokenId}`,
      placesOf(parent.places),
    )
  if (forgotten !== undefined)
    lines.push('Made here, but not known any more, so they open nothing:', placesOf(forgotten))
  if (foreign > 0) lines.push(`Of another installation, or made up: ${foreign}`)
  if (grants > 0) lines.push(`Grants of turns, which end within the hour by themselves, ignored: ${grants}`)
  return lines.length === 0 ? 'No API token was found.' : lines.join('\n')
}

/** What was done, and which servers know. */
export function describeReceipt(ended: number, { effective, replicas, ms, behind }: Receipt): string {
  const done = `Revoked: ${ended}.`
  if (effective === 'all')
    return replicas === 0
      ? `${done} No server is running.`
      : `${done} All servers know that run (${replicas}), after ${ms} ms.`
  const names = behind.map(({ replica, seenAt }) => `${replica} (heard of at ${seenAt.toISOString()})`)
  return `${done} Servers that have not said that they know: ${names.join(', ')}.`
}

function titleOf({ tokenId, name, email }: Leak): string {
  return `${tokenId} "${plain(name)}" of ${plain(email)}`
}

function placesOf({ count, first }: Leak['places']): string {
  const rest = count - first.length
  return [...first.map(plain), ...(rest > 0 ? [`and ${rest} more`] : [])].map((one) => `  ${one}`).join('\n')
}

/** Names of files and tokens are others' words: they may not move the cursor. */
function plain(text: string): string {
  return text.replaceAll(/\p{C}/gu, '?')
}
