import type { WebhookReceiver } from '../channels/webhook-receiver.ts'
import type { Attachments } from '../attachments/attachments.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { BotKeys, Identity } from '../identity/identity.ts'
import type { Mcp } from '../mcp/mcp.ts'
import type { Proxy, ProxyCallers } from '../proxy/proxy.ts'
import type { Sponsorships } from '../sponsorships/sponsorships.ts'
import type { Db } from '../storage/database.ts'
import type { Tokens } from '../tokens/tokens.ts'
import type { WebhookEndpoints } from '../webhooks/webhooks.ts'
import { changeAgent } from './agents/change-agent.ts'
import { listAgents } from './agents/list-agents.ts'
import type { ConfiguredAgents } from './agents/schemas.ts'
import { readAudit } from './audit/read-audit.ts'
import { answerAccount } from './auth/answer-account.ts'
import { readSetup } from './auth/read-setup.ts'
import { signUp } from './auth/sign-up.ts'
import { changeBotKey } from './bot-keys/change-bot-key.ts'
import { createBotKey } from './bot-keys/create-bot-key.ts'
import { listBotKeys } from './bot-keys/list-bot-keys.ts'
import { revokeBotKey } from './bot-keys/revoke-bot-key.ts'
import { rotateBotKey } from './bot-keys/rotate-bot-key.ts'
import { changeBot } from './bots/change-bot.ts'
import { createBot } from './bots/create-bot.ts'
import { finishInstall } from './bots/finish-install.ts'
import { installBot } from './bots/install-bot.ts'
import { listBots } from './bots/list-bots.ts'
import { readBot } from './bots/read-bot.ts'
import { removeBot } from './bots/remove-bot.ts'
import { registerChannelRoutes, type ChannelRouteDependencies } from './channels/routes.ts'
import { cancelTurn } from './conversations/cancel-turn.ts'
import { createConversation } from './conversations/create-conversation.ts'
import { createTurn } from './conversations/create-turn.ts'
import { deleteConversation } from './conversations/delete-conversation.ts'
import { listConversations } from './conversations/list-conversations.ts'
import { listMessages } from './conversations/list-messages.ts'
import { readConversation } from './conversations/read-conversation.ts'
import { renameConversation } from './conversations/rename-conversation.ts'
import { streamTurn } from './conversations/stream-turn.ts'
import { listDeadLetters } from './dead-letters/list-dead-letters.ts'
import { replayDeadLetter, type DeadLetterDependencies } from './dead-letters/replay-dead-letter.ts'
import { readFile } from './files/read-file.ts'
import { readMe } from './me/read-me.ts'
import { listDeliveries } from './messages/list-deliveries.ts'
import { postMessage } from './messages/post-message.ts'
import { postUserMessage } from './messages/post-user-message.ts'
import { readDelivery } from './messages/read-delivery.ts'
import type { PlaygroundDependencies } from './playground/playground-bot.ts'
import { readPlayground } from './playground/read-playground.ts'
import { streamPlayground } from './playground/stream-playground.ts'
import { writePlaygroundMessage } from './playground/write-playground-message.ts'
import { changeSponsorship } from './sponsorships/change-sponsorship.ts'
import { createSponsorship } from './sponsorships/create-sponsorship.ts'
import { endSponsorship } from './sponsorships/end-sponsorship.ts'
import { listSponsorships } from './sponsorships/list-sponsorships.ts'
import { answerApproval } from './channels/answer-approval.ts'
import { cancelApproval } from './channels/cancel-approval.ts'
import { listApprovals } from './channels/list-approvals.ts'
import { approveLink } from './platform-linking/approve.ts'
import { chatSession } from './platform-linking/chat-session.ts'
import { chatStream } from './platform-linking/chat-stream.ts'
import { chatTurnCancel } from './platform-linking/chat-turn-cancel.ts'
import { chatTurnStream } from './platform-linking/chat-turn-stream.ts'
import { confirmToken } from './platform-linking/confirm-token.ts'
import { createToken } from './platform-linking/create-token.ts'
import { deleteLink } from './platform-linking/delete-link.ts'
import { listLinks } from './platform-linking/list-links.ts'
import { readTokenInfo } from './platform-linking/read-token-info.ts'
import { readTokenStatus } from './platform-linking/read-token-status.ts'
import { resolveIdentity } from './platform-linking/resolve.ts'
import { registerIntegrationRoutes, type IntegrationRouteDependencies } from './integrations/routes.ts'
import { answerMcp } from './mcp/mcp.ts'
import { useCredential } from './proxy/use-credential.ts'
import { registerTokenChecks } from './token-checks/routes.ts'
import { registerTokenRoutes } from './tokens/routes.ts'
import type { App } from './types.ts'
import { registerWebhookEndpointRoutes } from './webhook-endpoints/routes.ts'
import { receiveWebhook } from './webhooks/receive-webhook.ts'
import { changeWorkspace } from './workspaces/change-workspace.ts'
import { createInvitation } from './workspaces/create-invitation.ts'
import { createWorkspace } from './workspaces/create-workspace.ts'
import { listInvitations } from './workspaces/list-invitations.ts'
import { listMembers } from './workspaces/list-members.ts'
import { listWorkspaces } from './workspaces/list-workspaces.ts'
import { removeMember } from './workspaces/remove-member.ts'
import { withdrawInvitation } from './workspaces/withdraw-invitation.ts'

export interface IdentityRouteDependencies {
  db: Db
  publicUrl: string
  identity: Identity
  botKeys: BotKeys
}

/** The modules behind the routes. */
export interface RouteDependencies extends IdentityRouteDependencies, ChannelRouteDependencies {
  conversations: Conversations
  attachments: Pick<Attachments, 'verify' | 'open'>
  playground: PlaygroundDependencies
  deadLetters: DeadLetterDependencies
  webhooks: WebhookReceiver
  webhookEndpoints: WebhookEndpoints
  tokens: Tokens
  agents: ConfiguredAgents
  integrations: IntegrationRouteDependencies
  keys: { proxy: Proxy; callers: ProxyCallers; mcp(): Promise<Mcp> }
  sponsorships: Sponsorships
}

/** The API at a glance: one line per route. */
export function registerRoutes(app: App, modules: RouteDependencies): void {
  registerIdentityRoutes(app, modules)
  registerConversationRoutes(app, modules.conversations)
  registerPlatformChatRoutes(app, modules.conversations)
  registerLinkingRoutes(app, modules)
  readFile(app, modules.attachments)
  registerPlaygroundRoutes(app, modules.playground)
  registerChannelRoutes(app, modules)
  registerBotRoutes(app, modules)
  registerSponsorshipRoutes(app, modules.sponsorships)
  registerDeadLetterRoutes(app, modules.deadLetters)
  receiveWebhook(app, modules.webhooks)
  registerWebhookEndpointRoutes(app, modules.webhookEndpoints)
  registerTokenRoutes(app, modules.tokens)
  registerSwitchRoutes(app, modules)
  registerTokenChecks(app, modules.tokens, modules.publicUrl)
  registerIntegrationRoutes(app, modules.integrations)
  useCredential(app, modules.keys)
  answerMcp(app, modules.keys)
}

/** /api/setup, /api/auth, /api/me, /api/workspaces, /api/bot-keys, /api/audit */
export function registerIdentityRoutes(
  app: App,
  { db, publicUrl, identity, botKeys }: IdentityRouteDependencies,
): void {
  readSetup(app, identity)
  signUp(app, identity)
  answerAccount(app, identity, publicUrl)
  readMe(app)
  listWorkspaces(app, identity.workspaces)
  createWorkspace(app, identity.workspaces)
  listMembers(app, identity.workspaces)
  removeMember(app, identity.workspaces)
  listInvitations(app, identity.invitations)
  createInvitation(app, identity.invitations, publicUrl)
  withdrawInvitation(app, identity.invitations)
  listBotKeys(app, botKeys)
  createBotKey(app, botKeys)
  changeBotKey(app, botKeys)
  rotateBotKey(app, botKeys)
  revokeBotKey(app, botKeys)
  readAudit(app, db)
}

/** What is taken out of use as a whole, with its tokens: /api/workspaces/:id, /api/agents */
export function registerSwitchRoutes(
  app: App,
  { identity, tokens, agents }: Pick<RouteDependencies, 'identity' | 'tokens' | 'agents'>,
): void {
  changeWorkspace(app, { workspaces: identity.workspaces, tokens })
  listAgents(app, tokens, agents)
  changeAgent(app, tokens, agents)
}

/** /api/conversations, /api/turns, /api/users, /api/deliveries */
function registerConversationRoutes(app: App, conversations: Conversations): void {
  listConversations(app, conversations)
  createConversation(app, conversations)
  readConversation(app, conversations)
  renameConversation(app, conversations)
  deleteConversation(app, conversations)
  listMessages(app, conversations)
  createTurn(app, conversations)
  streamTurn(app, conversations)
  cancelTurn(app, conversations)
  postMessage(app, conversations)
  postUserMessage(app, conversations)
  listDeliveries(app, conversations)
  readDelivery(app, conversations)
}

/** /api/platform-linking, /api/channels/approvals */
function registerLinkingRoutes(
  app: App,
  { db, linking, publicUrl, conversations: { links } }: RouteDependencies,
): void {
  createToken(app, linking, publicUrl)
  readTokenStatus(app, linking)
  resolveIdentity(app, linking, db)
  approveLink(app, links)
  readTokenInfo(app, linking)
  confirmToken(app, links)
  listLinks(app, linking)
  deleteLink(app, linking)
  listApprovals(app, linking)
  answerApproval(app, links)
  cancelApproval(app, links)
}

/** /api/platform-linking/chat */
function registerPlatformChatRoutes(app: App, { platformChat }: Conversations): void {
  chatSession(app, platformChat)
  chatStream(app, platformChat)
  chatTurnStream(app, platformChat)
  chatTurnCancel(app, platformChat)
}

/** /api/playground */
function registerPlaygroundRoutes(app: App, playground: PlaygroundDependencies): void {
  readPlayground(app, playground)
  writePlaygroundMessage(app, playground)
  streamPlayground(app, playground)
}

/** /api/bots, /oauth/install */
export function registerBotRoutes(
  app: App,
  { channels, publicUrl }: Pick<RouteDependencies, 'channels' | 'publicUrl'>,
): void {
  listBots(app, channels.bots, publicUrl)
  createBot(app, channels.bots, publicUrl)
  readBot(app, channels.bots, publicUrl)
  changeBot(app, channels.bots, publicUrl)
  removeBot(app, channels.bots)
  installBot(app, channels.bots, publicUrl)
  finishInstall(app, channels.bots, publicUrl)
}

/** /api/sponsorships */
function registerSponsorshipRoutes(app: App, sponsorships: Sponsorships): void {
  listSponsorships(app, sponsorships)
  createSponsorship(app, sponsorships)
  changeSponsorship(app, sponsorships)
  endSponsorship(app, sponsorships)
}

/** /api/dead-letters */
function registerDeadLetterRoutes(app: App, deps: DeadLetterDependencies): void {
  listDeadLetters(app, deps.lanes)
  replayDeadLetter(app, deps)
}
