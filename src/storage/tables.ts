import type {
  BotsTable,
  BotStatesTable,
  BotMemoryTable,
  InstallationsTable,
  PlaygroundMessagesTable,
} from './tables/channels.ts'
import type {
  ConversationsTable,
  ChatsTable,
  TurnsTable,
  MessagesTable,
  DeliveriesTable,
  AttachmentsTable,
  AgentMemoryTable,
  SponsorshipsTable,
  SponsorshipUsageTable,
} from './tables/conversations.ts'
import type {
  LanesTable,
  LaneMessagesTable,
  LeasesTable,
  StreamsTable,
  StreamEventsTable,
} from './tables/coordination.ts'
import type {
  UsersTable,
  SessionsTable,
  AccountsTable,
  VerificationsTable,
  WorkspacesTable,
  WorkspaceMembersTable,
  InvitationsTable,
} from './tables/identity.ts'
import type {
  BotKeysTable,
  BotKeySecretsTable,
  ConnectCodesTable,
  LinkTokensTable,
  LinkApprovalsTable,
  ConnectionsTable,
  UnboundNoticesTable,
} from './tables/linking.ts'
import type {
  ConnectLinksTable,
  CredentialsTable,
  DeviceLoginsTable,
  OAuthClientsTable,
  OAuthStatesTable,
  RevocationsTable,
  UseApprovalsTable,
} from './tables/integrations.ts'
import type {
  ApiTokenMinutesTable,
  ApiTokenSecretsTable,
  ApiTokensTable,
  ApiTokenUseWritersTable,
  ApiTokenUsesTable,
  DisabledAgentsTable,
  TokenAllowancesTable,
  TokenCheckKeysTable,
  TokenFactsView,
  TokenLogTable,
  TokenReplicasTable,
  TokenRevisionTable,
  UserLimitsTable,
} from './tables/tokens.ts'
import type { VaultKeysTable, AuditEntriesTable } from './tables/vault-and-audit.ts'
import type { WebhookEndpointsTable, WebhookMessagesTable, WebhookAttemptsTable } from './tables/webhooks.ts'

/** The data model: every table, by area in `tables/`. Names are those of the database. */
export interface Tables {
  users: UsersTable
  sessions: SessionsTable
  accounts: AccountsTable
  verifications: VerificationsTable
  workspaces: WorkspacesTable
  workspace_members: WorkspaceMembersTable
  invitations: InvitationsTable
  lanes: LanesTable
  lane_messages: LaneMessagesTable
  leases: LeasesTable
  streams: StreamsTable
  stream_events: StreamEventsTable
  vault_keys: VaultKeysTable
  audit_entries: AuditEntriesTable
  bots: BotsTable
  bot_states: BotStatesTable
  bot_memory: BotMemoryTable
  installations: InstallationsTable
  bot_keys: BotKeysTable
  bot_key_secrets: BotKeySecretsTable
  connect_codes: ConnectCodesTable
  link_tokens: LinkTokensTable
  link_approvals: LinkApprovalsTable
  connections: ConnectionsTable
  unbound_notices: UnboundNoticesTable
  conversations: ConversationsTable
  chats: ChatsTable
  turns: TurnsTable
  messages: MessagesTable
  deliveries: DeliveriesTable
  attachments: AttachmentsTable
  agent_memory: AgentMemoryTable
  sponsorships: SponsorshipsTable
  sponsorship_usage: SponsorshipUsageTable
  webhook_endpoints: WebhookEndpointsTable
  webhook_messages: WebhookMessagesTable
  webhook_attempts: WebhookAttemptsTable
  playground_messages: PlaygroundMessagesTable
  credentials: CredentialsTable
  oauth_states: OAuthStatesTable
  connect_links: ConnectLinksTable
  device_logins: DeviceLoginsTable
  oauth_clients: OAuthClientsTable
  revocations: RevocationsTable
  use_approvals: UseApprovalsTable
  api_tokens: ApiTokensTable
  api_token_secrets: ApiTokenSecretsTable
  api_token_uses: ApiTokenUsesTable
  api_token_minutes: ApiTokenMinutesTable
  user_limits: UserLimitsTable
  disabled_agents: DisabledAgentsTable
  api_token_use_writers: ApiTokenUseWritersTable
  token_allowances: TokenAllowancesTable
  token_replicas: TokenReplicasTable
  token_revision: TokenRevisionTable
  token_log: TokenLogTable
  token_facts: TokenFactsView
  token_check_keys: TokenCheckKeysTable
}
