import type { InboundMessage } from '../channels/channel.ts'
import type { Credential } from '../integrations/integrations.ts'
import type { SponsorshipLimits } from '../sponsorships/sponsorships.ts'
import { commandHelp } from './commands.ts'

/** What Portico itself says in a chat. Markdown; short, active, no blame. */
export const texts = {
  notConnected: (product: string, link?: string) =>
    `This chat is not connected to an account yet.\n\n` +
    (link === undefined
      ? ''
      : `Open this link and confirm; it is for you alone and works for half an hour:\n${link}\n\nOr: `) +
    `${link === undefined ? 'Open' : 'open'} ${product} in your browser, choose **Channels**, make a connect code, and send it here as \`/connect CODE\`.`,
  notAllowed: 'This bot is kept for certain people or groups, and this chat is not among them.',
  helloGroup:
    'Hello. Speak to me by name and I answer, for people who are connected: that is done in a private chat with me.',
  connected: (account: string) =>
    `Connected as **${account}**. Send a message to begin, or \`/help\` for what else there is.`,
  connectedInPublic: 'Connected. Speak to me by name to begin.',
  transferred: (account: string) =>
    `Connected as **${account}**. This chat was connected to another account until now; that connection has ended.`,
  takenOver: (channel: string, person: string) =>
    `The ${channel} account of ${person} was connected to you until now. It has just been connected to another user.`,
  newlyConnected: (channel: string, person: string | null) =>
    `The ${channel} account ${literally(person ?? 'of somebody')} has just been connected to you. If that was not you, end it under **Channels**.`,
  approvalNumber: (product: string, account: string, number: string) =>
    `**${number}**\n\nType this number in ${product}, under **Channels**, to connect this chat with **${literally(account)}**. ` +
    'It works for ten minutes. Tell it to nobody: if somebody else sent you the code, do nothing.',
  numberWrong: (triesLeft: number) =>
    `That is not the number that the page shows. ${triesLeft === 1 ? 'One try is' : `${triesLeft} tries are`} left.`,
  approvalEnded:
    'Nothing was connected, and that number counts no more. Begin again with a new link or code.',
  approvalCancelled: 'The connection was cancelled in the app. Nothing was connected.',
  approvalFailed: (channel: string, person: string | null) =>
    `Connecting the ${channel} account ${literally(person ?? 'of somebody')} to you has failed, by wrong numbers or because it was connected already. If you did not begin that, you need do nothing.`,
  codeInvalid:
    'This code is not valid here, was used already, or has expired. Make a new one and send it within ten minutes.',
  codeMissing: 'Send the code along: `/connect CODE`.',
  codeInGroup:
    'Codes work only in a private chat with me. If this one was real, it has been cancelled: make a new one.',
  codeSeenInGroup: (channel: string) =>
    `Your connect code for ${channel} was posted in a group, so it was cancelled. Make a new one and send it to the bot in private.`,
  disconnected: 'Disconnected. Messages from this chat no longer reach your account.',
  everybodyIsConnected: 'Signing in is switched off here, so every chat is connected to the local user.',
  accessEnded: 'This bot may no longer speak for you. The answer stands in your conversation.',
  privateOnly: 'Ask me that in a private chat.',
  groupOnly: 'Tell me that in the group that you mean.',
  groupAdministratorsOnly: 'Only an administrator of this group may decide that.',
  groupAdministratorsUnknown:
    'I could not ask who administers this group, so nothing has changed. Try again later.',
  sponsored: (name: string, { guestTurnsPerHour, turnsPerDay }: SponsorshipLimits) =>
    `From now on I answer everybody in this group who speaks to me. ${literally(name)} pays for it: ` +
    `at most ${guestTurnsPerHour} answers per person and hour, and ${turnsPerDay} per day in all.\n\n` +
    `People without an account here are guests: I know their names and what guests said to me in this group, ` +
    `and nothing else. I use nobody's account for them, and besides \`/help\` they have no commands.\n\n` +
    `\`/unsponsor\` ends it.`,
  sponsoredAlready: 'This group is sponsored already. `/unsponsor` ends that.',
  notSponsored: 'Nobody sponsors this group.',
  unsponsored: 'I answer guests no more. Whoever has an account here can go on.',
  guestHelp:
    'Speak to me by name and I answer: somebody here sponsors this group. I know nothing of you but your name and ' +
    'what guests said to me here, and I can use nobody’s account for you.',
  guestHourSpent: 'You have had all the answers that a guest gets in an hour. Ask me again in the next one.',
  guestDaySpent: 'Today’s answers for guests of this group are used up. Ask me again tomorrow.',
  whoAmI: (account: string) => `This chat is connected to **${account}**.`,
  newConversation: 'New conversation. What came before is kept, but I start afresh.',
  noConversation: 'No conversation yet. Send a message to begin.',
  status: (title: string, agent: string, running: boolean, waiting: number) =>
    `**${title}**\n\nAgent: ${agent}. ` +
    (running ? 'An answer is being written' : 'Nothing is running') +
    (waiting > 0 ? `; ${waiting === 1 ? 'one message waits' : `${waiting} messages wait`}.` : '.'),
  stopped: 'Stopping.',
  nothingToStop: 'Nothing is running.',
  help: () =>
    [
      'You can write to me as you would to a person. Besides:',
      ...commandHelp().map((line) => `- ${line}`),
    ].join('\n'),
  queued:
    'One moment: I am still busy with your last message. This one is next; `/stop` ends the one before.',
  queueFull:
    'Too many messages are waiting here already, so this one was not taken. Please send it again later.',
  agentDisabled: (agent: string) => `The agent "${agent}" is out of use at the moment. Try again later.`,
  agentGone: (agent: string) => `The agent "${agent}" is no longer configured.`,
  fileUnread: (name: string, reason: string) => `The file ${name} could not be read: ${reason}.`,
  fileUnsent: (name: string, reason: string) => `The file ${name} could not be sent: ${reason}.`,
  fileTooLarge: (maxBytes: number) => `it is larger than ${Math.floor(maxBytes / 1_000_000)} MB`,
  fileTypeRefused: 'files of this type are not taken here',
  fileUnreachable: 'it could not be fetched',
  connectService: (service: string, link: string) =>
    `Open this link to connect your **${service}** account; it is for you alone and works for half an hour:\n${link}`,
  connectByForm: (service: string, page: string) =>
    `**${service}** is connected with a key or a password, which does not belong into a chat. Enter it here:\n${page}`,
  serviceNeeded: (who: string, service: string, scopes: readonly string[], way: string) =>
    `${who} asks to use your **${service}** account${scopes.length === 0 ? '' : `, with more rights than it has: ${scopes.join(', ')}`}.\n\n${way}`,
  reconnectService: (account: string, way: string) =>
    `Your ${account} has to be connected again: what I hold of it is not accepted there any more.\n\n${way}`,
  serviceConnected: (account: string) =>
    `Your ${account} is connected. What waited for it goes on; otherwise ask me again. \`/connections\` shows all that you lend me.`,
  serviceRemoved: (account: string) => `Your ${account} is disconnected: I use it no more.`,
  serviceUnknown: (word: string, nearest: string | undefined, page: string) =>
    `I know no service called \`${quoted(word)}\`. ` +
    (nearest === undefined
      ? `All that there are: ${page}`
      : `Did you mean \`/connect ${nearest}\`? All that there are: ${page}`),
  connectInPrivate: 'That is for a private chat: I have written to you there.',
  tooManyLinks: 'Too many links are open already. Use one of them, or ask me again in half an hour.',
  noServices: (page: string) =>
    `You lend me no account. \`/connect github\`, for example, connects one; all that there are: ${page}`,
  service: (account: string, state: string, used: string | undefined, end: string) =>
    `Your ${account} ${state}, ${used === undefined ? 'never used' : `last used ${used}`}; \`${quoted(end)}\` ends it`,
  serviceStates: {
    active: 'can be used',
    expired: 'has expired',
    reconnect_required: 'has to be connected again',
  },
  servicesLent: (lines: readonly string[]) =>
    `What you lend me:\n\n${lines.map((line) => `- ${line}`).join('\n')}\n\nWhat you end is deleted here and taken back there.`,
  serviceNotConnected: (service: string) => `No **${service}** account of yours is connected.`,
  takenBack: {
    done: (service: string) => `**${service}** has confirmed it: what I held counts no more there.`,
    pending: (service: string, where: string) =>
      `**${service}** has not confirmed it yet: I ask again for three days. You can end it there yourself${where}`,
    failed: (service: string, where: string) =>
      `**${service}** did not take it back: what I held may go on counting there until you end it yourself${where}`,
    impossible: (service: string, where: string) =>
      `**${service}** gives me no way to take it back: what I held goes on counting there until you end it yourself${where}`,
  },
  notTakenBack: (account: string, where: string) =>
    `Your ${account} is disconnected, but it was not taken back there: what I held may go on counting until you end it yourself${where}`,
  whichAccount: (commands: readonly string[]) =>
    `There are several. Say which one:\n\n${commands.map((command) => `- \`${command}\``).join('\n')}`,
  mayIUse: (
    who: string,
    account: string,
    request: string,
    body: string | null,
    effect: string,
    minutes: number,
  ) =>
    `${who} wants to use your ${account}:\n\n\`${quoted(request)}\`\n\n` +
    (body === null ? '' : `What is sent:\n\n${fenced(body)}\n\n`) +
    `${effect} Nothing is sent before you approve; ` +
    `your word counts for this one request and for ${minutes} minutes.`,
  approvalCodeMissing: 'Send the code along, as it stands beside the request.',
  useApproved: (request: string) => `Approved, once: \`${quoted(request)}\``,
  useDenied: (request: string) => `Denied. This is not sent: \`${quoted(request)}\``,
  nothingToApprove:
    'No request of yours waits under this code: it was answered already, or its time is over.',
  failed: (reference: string) => `Something went wrong on our side. Reference: ${reference}`,
} as const

/** A name of somebody's own choice within markdown. */
export function literally(name: string): string {
  return name.replace(/[\\`*_[\]<>~|]/g, '\\$&')
}

/** The same between backticks, which may be in it. */
function quoted(text: string): string {
  return text.replace(/[`\s]+/g, ' ')
}

/** The same on lines of its own: no backticks of its own end it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${text}\n${fence}`
}

/** An account of a person elsewhere: of which service, and who they are there. */
export function accountAt(service: string, label: string | null): string {
  return `**${literally(service)}** account${label === null ? '' : ` **${literally(label)}**`}`
}

/** The end of a sentence: where to do what it says, if there is such a page. */
export function linked(url: string | null): string {
  return url === null ? '.' : `: ${url}`
}

/** Who an account is, as its owner knows it. */
export function labelOf({ account, host, title }: Pick<Credential, 'account' | 'host' | 'title'>): string {
  return account?.label ?? host ?? title
}

/** How a user is named to themselves: with the address where there is one. */
export function accountName(user: { name: string; email: string | null }): string {
  return user.email === null || user.email === user.name ? user.name : `${user.name} (${user.email})`
}

/** The title of a new conversation: the beginning of its first message, in one line. */
export function titleOf(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line === '') return 'New conversation'
  const characters = Array.from(line)
  return characters.length <= 60 ? line : `${characters.slice(0, 59).join('')}…`
}

/** Whether an answer in this chat is read by others too. */
export function isPrivate(message: InboundMessage): boolean {
  return message.chat.kind === 'private'
}
