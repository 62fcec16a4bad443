import { sql, type Kysely } from 'kysely'

/** The keys: credentials that people lend, the ways by which they come and go, and the right of programs to call. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const owner = `
  workspace_id text not null references workspaces on delete cascade,
  user_id text not null references users on delete cascade`

const statements = [
  `create table oauth_clients (
    id text primary key,
    provider text not null,
    issuer text not null,
    client_id text not null,
    client_secret text,
    redirect_uri text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    unique (provider, issuer, redirect_uri)
  )`,
  `create table credentials (
    id text primary key,${owner},
    provider text not null,
    type text not null check (type in ('oauth2', 'api_key', 'user_password', 'host_scoped')),
    title text not null,
    state text not null default 'active' check (state in ('active', 'reconnect_required')),
    state_reason text,
    account_id text,
    account_label text,
    asked_scopes text[] not null,
    granted_scopes text[],
    host text,
    tenant jsonb not null,
    learned jsonb not null,
    oauth_client_id text references oauth_clients on delete set null,
    access_token text,
    refresh_token text,
    api_key text,
    username text,
    password text,
    headers text,
    expires_at timestamptz,
    refresh_expires_at timestamptz,
    version integer not null default 1,
    refresh_owner text,
    refresh_fence bigint not null default 0,
    refresh_until timestamptz,
    refresh_spent_at timestamptz,
    refresh_failures integer not null default 0,
    refresh_retry_at timestamptz,
    refresh_due_at timestamptz,
    last_used_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  `create index credentials_owner on credentials (user_id, provider)`,
  `create unique index credentials_account on credentials (workspace_id, user_id, provider, account_id)
    where type = 'oauth2' and account_id is not null`,
  `create index credentials_due on credentials (refresh_due_at) where refresh_due_at is not null`,
  `create index credentials_unanswered on credentials (refresh_spent_at) where refresh_spent_at is not null`,
  `create table connect_links (
    hash text primary key,${owner},
    provider text not null,
    scopes text[] not null,
    credential_id text references credentials on delete cascade,
    connection_id text references connections on delete cascade,
    turn_id text references turns on delete set null,
    agent text,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
  )`,
  `create index connect_links_expiry on connect_links (expires_at)`,
  `create index connect_links_user on connect_links (user_id, created_at)`,
  `create table api_tokens (
    id text primary key,
    hash text not null unique,${owner},
    name text not null,
    permissions text[] not null,
    callback_origins text[],
    prefix text not null,
    last_four text not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz
  )`,
  `create index api_tokens_owner on api_tokens (user_id)`,
  `create table oauth_states (
    hash text primary key,${owner},
    provider text not null,
    kind text not null check (kind in ('external', 'own')),
    api_token_id text references api_tokens on delete cascade,
    callback_url text not null,
    browser_hash text,
    connect_link_hash text references connect_links on delete cascade,
    scopes text[] not null,
    verifier text,
    credential_id text references credentials on delete cascade,
    tenant jsonb not null,
    oauth_client_id text references oauth_clients on delete cascade,
    metadata jsonb not null,
    return_to text,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    claimed_until timestamptz,
    used_at timestamptz
  )`,
  `create index oauth_states_expiry on oauth_states (expires_at)`,
  `create index oauth_states_user on oauth_states (user_id, created_at)`,
  `create table device_logins (
    id text primary key,${owner},
    provider text not null,
    api_token_id text references api_tokens on delete cascade,
    device_code text not null,
    scopes text[] not null,
    credential_id text references credentials on delete cascade,
    tenant jsonb not null,
    oauth_client_id text references oauth_clients on delete cascade,
    interval_s integer not null,
    next_poll_at timestamptz not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz
  )`,
  `create index device_logins_expiry on device_logins (expires_at)`,
  // It outlives its user: what was lent is taken back all the same.
  `create table revocations (
    id text primary key,
    workspace_id text not null,
    user_id text not null,
    credential_id text not null,
    provider text not null,
    title text not null,
    account_label text,
    state text not null check (state in ('pending', 'done', 'failed', 'impossible')),
    access_token text,
    refresh_token text,
    tenant jsonb not null,
    learned jsonb not null,
    oauth_client_id text references oauth_clients on delete set null,
    attempts integer not null default 0,
    receipt jsonb not null,
    created_at timestamptz not null,
    finished_at timestamptz
  )`,
  `create index revocations_owner on revocations (user_id, created_at)`,
  `create table use_approvals (
    id text primary key,
    code text not null,${owner},
    conversation_id text references conversations on delete cascade,
    turn_id text references turns on delete cascade,
    agent text not null,
    credential_id text not null references credentials on delete cascade,
    provider text not null,
    method text not null,
    host text not null,
    path text not null,
    digest text not null,
    body_preview text,
    state text not null check (state in ('pending', 'approved', 'denied', 'used', 'expired')),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    decided_at timestamptz,
    decided_in text
  )`,
  `create unique index use_approvals_code on use_approvals (user_id, code) where state in ('pending', 'approved')`,
  `create unique index use_approvals_digest on use_approvals (digest) where state in ('pending', 'approved')`,
  `create index use_approvals_expiry on use_approvals (expires_at) where state in ('pending', 'approved')`,
  // What replicas hold in memory of a user's credentials ends with any change that could matter to it, whoever makes
  // it: a forgotten call cannot leave a key alive.
  `create function tell_of_credentials() returns trigger language plpgsql as $$
  begin
    perform pg_notify('portico_credentials', coalesce(new.user_id, old.user_id));
    return null;
  end $$`,
  `create function tell_of_user() returns trigger language plpgsql as $$
  begin
    perform pg_notify('portico_credentials', new.id);
    return null;
  end $$`,
  `create function tell_of_workspace() returns trigger language plpgsql as $$
  begin
    perform pg_notify('portico_credentials', '*');
    return null;
  end $$`,
  `create trigger credentials_changed after insert or delete or update of
      state, title, host, tenant, learned, access_token, api_key, username, password, headers, expires_at, version
    on credentials for each row execute function tell_of_credentials()`,
  `create trigger membership_ended after delete on workspace_members
    for each row execute function tell_of_credentials()`,
  `create trigger user_changed after update of banned, ban_expires, role on users
    for each row execute function tell_of_user()`,
  `create trigger workspace_changed after update of disabled_at on workspaces
    for each row execute function tell_of_workspace()`,
]
