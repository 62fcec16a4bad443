import { sql, type Kysely } from 'kysely'
import { countsOfTokens } from './0016-counts.ts'

/** API tokens with several secrets, limits, and the log by which every replica follows what changes about them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // A secret may have a successor; until `ends_at` both count.
  `create table api_token_secrets (
    hash text primary key,
    token_id text not null references api_tokens on delete cascade,
    last_four text not null,
    derivation_key text,
    created_at timestamptz not null,
    ends_at timestamptz,
    last_used_at timestamptz
  )`,
  `create index api_token_secrets_token on api_token_secrets (token_id)`,
  `insert into api_token_secrets (hash, token_id, last_four, created_at, last_used_at)
    select hash, id, last_four, created_at, last_used_at from api_tokens`,
  `alter table api_tokens
    drop column hash, drop column last_four, drop column last_used_at,
    add column type text not null default 'agent',
    add column environment text not null default 'live' check (environment in ('live', 'test')),
    add column agent text,
    add column enabled boolean not null default true,
    add column limits jsonb not null default '[]',
    add column credits jsonb,
    add column addresses text[],
    add column metadata jsonb not null default '{}',
    add column imported boolean not null default false`,
  `create index api_tokens_workspace on api_tokens (workspace_id, created_at)`,
  `create index api_tokens_imported on api_tokens (id) where imported`,
  `create table user_limits (
    user_id text primary key references users on delete cascade,
    limits jsonb not null default '[]',
    credits jsonb
  )`,
  `create table disabled_agents (
    name text primary key,
    disabled_at timestamptz not null,
    disabled_by text
  )`,
  ...countsOfTokens,
  `create table token_replicas (
    replica text primary key,
    applied bigint not null,
    blind_ms integer not null default 0,
    started_at timestamptz not null default now(),
    seen_at timestamptz not null default now()
  )`,
  `create table token_revision (single boolean primary key default true check (single), rev bigint not null)`,
  `create table token_log (
    rev bigint not null,
    kind text not null check (kind in ('token', 'user', 'workspace', 'agent')),
    id text not null,
    facts jsonb,
    at timestamptz not null default now(),
    primary key (rev, kind, id)
  )`,
  `create index token_log_age on token_log (at)`,
  `create function epoch_ms(at timestamptz) returns bigint language sql immutable as
    $$ select (extract(epoch from at) * 1000)::bigint $$`,
  // One shape for the log, for loads of one, and for loads of all. Members are only ever added to it.
  `create view token_facts as
    select t.id, t.revoked_at, t.expires_at, jsonb_build_object(
      'id', t.id, 'name', t.name, 'type', t.type, 'environment', t.environment,
      'workspaceId', t.workspace_id, 'agent', t.agent,
      'permissions', to_jsonb(t.permissions), 'callbackOrigins', to_jsonb(t.callback_origins),
      'addresses', to_jsonb(t.addresses), 'metadata', t.metadata,
      'limits', t.limits, 'credits', t.credits, 'enabled', t.enabled, 'imported', t.imported,
      'expiresAt', epoch_ms(t.expires_at), 'revokedAt', epoch_ms(t.revoked_at),
      'secrets', coalesce((
        select jsonb_agg(jsonb_build_object('hash', s.hash, 'endsAt', epoch_ms(s.ends_at)) order by s.created_at, s.hash)
        from api_token_secrets s where s.token_id = t.id), '[]'),
      'user', jsonb_build_object('id', u.id, 'name', u.name, 'email', u.email,
        'limits', coalesce(l.limits, '[]'), 'credits', l.credits),
      'isMember', m.user_id is not null) as facts
    from api_tokens t
    join users u on u.id = t.user_id
    left join user_limits l on l.user_id = t.user_id
    left join workspace_members m on m.workspace_id = t.workspace_id and m.user_id = t.user_id`,
  // One revision for each transaction that changes something, in the order of the commits: the row is locked from
  // here to the commit, and the triggers are deferred, so that nothing else is waited for in between.
  `create function token_revision_of_this() returns bigint language plpgsql as $$
    declare mine bigint := nullif(current_setting('portico.token_revision', true), '')::bigint;
    begin
      if mine is null then
        insert into token_revision as r (rev) values (1)
          on conflict (single) do update set rev = r.rev + 1 returning r.rev into mine;
        perform set_config('portico.token_revision', mine::text, true);
        perform pg_notify('portico_tokens', mine::text);
      end if;
      return mine;
    end $$`,
  `create function log_of_tokens(about text, subject text, what jsonb) returns void language sql as $$
    insert into token_log (rev, kind, id, facts) values (token_revision_of_this(), about, subject, what)
      on conflict (rev, kind, id) do update set facts = excluded.facts
    $$`,
  `create function log_token(token text) returns void language sql as $$
    select log_of_tokens('token', token, (select facts from token_facts where id = token)) $$`,
  `create function tell_of_token() returns trigger language plpgsql as $$
    begin
      perform log_token(coalesce(new.id, old.id));
      return null;
    end $$`,
  `create function tell_of_token_secret() returns trigger language plpgsql as $$
    begin
      perform log_token(coalesce(new.token_id, old.token_id));
      return null;
    end $$`,
  `create function tell_tokens_of_member() returns trigger language plpgsql as $$
    begin
      perform log_token(id) from api_tokens
        where user_id = coalesce(new.user_id, old.user_id)
          and workspace_id = coalesce(new.workspace_id, old.workspace_id);
      return null;
    end $$`,
  `create function tell_tokens_of_user_limits() returns trigger language plpgsql as $$
    begin
      perform log_token(id) from api_tokens where user_id = coalesce(new.user_id, old.user_id);
      return null;
    end $$`,
  `create function tell_tokens_of_user() returns trigger language plpgsql as $$
    begin
      perform log_token(id) from api_tokens where user_id = new.id;
      return null;
    end $$`,
  `create function tell_of_banned_user() returns trigger language plpgsql as $$
    begin
      perform log_of_tokens('user', new.id, (
        select jsonb_build_object('until', epoch_ms(ban_expires)) from users where id = new.id and banned));
      return null;
    end $$`,
  `create function tell_of_disabled_workspace() returns trigger language plpgsql as $$
    begin
      perform log_of_tokens('workspace', new.id, (
        select jsonb_build_object('until', null) from workspaces where id = new.id and disabled_at is not null));
      return null;
    end $$`,
  `create function tell_of_disabled_agent() returns trigger language plpgsql as $$
    begin
      perform log_of_tokens('agent', coalesce(new.name, old.name), (
        select jsonb_build_object('until', null) from disabled_agents where name = coalesce(new.name, old.name)));
      return null;
    end $$`,
  `create constraint trigger token_changed after insert or update or delete on api_tokens
    deferrable initially deferred for each row execute function tell_of_token()`,
  `create constraint trigger token_secret_changed after insert or delete or update of ends_at on api_token_secrets
    deferrable initially deferred for each row execute function tell_of_token_secret()`,
  `create constraint trigger member_of_tokens_changed after insert or delete on workspace_members
    deferrable initially deferred for each row execute function tell_tokens_of_member()`,
  `create constraint trigger user_limits_changed after insert or update or delete on user_limits
    deferrable initially deferred for each row execute function tell_tokens_of_user_limits()`,
  `create constraint trigger user_of_tokens_renamed after update of name, email on users
    deferrable initially deferred for each row
    when (old.name is distinct from new.name or old.email is distinct from new.email)
    execute function tell_tokens_of_user()`,
  `create constraint trigger user_of_tokens_banned after update of banned, ban_expires on users
    deferrable initially deferred for each row
    when (old.banned is distinct from new.banned or old.ban_expires is distinct from new.ban_expires)
    execute function tell_of_banned_user()`,
  `create constraint trigger workspace_of_tokens_disabled after update of disabled_at on workspaces
    deferrable initially deferred for each row
    when (old.disabled_at is distinct from new.disabled_at)
    execute function tell_of_disabled_workspace()`,
  `create constraint trigger agent_disabled after insert or delete on disabled_agents
    deferrable initially deferred for each row execute function tell_of_disabled_agent()`,
]
