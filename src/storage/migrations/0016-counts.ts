/** How often tokens were used, and what is left of their limits: all that is counted, apart from what a check knows. */
export const countsOfTokens = [
  // Written in batches, apart from what a check depends on: no revocation waits for a count.
  `create table api_token_uses (
    token_id text primary key references api_tokens on delete cascade,
    uses bigint not null default 0,
    refusals bigint not null default 0
  )`,
  `create table api_token_minutes (
    token_id text not null references api_tokens on delete cascade,
    minute timestamptz not null,
    uses integer not null default 0,
    refusals integer not null default 0,
    primary key (token_id, minute)
  )`,
  `create index api_token_minutes_age on api_token_minutes (minute)`,
  // The last batch of counts of each process that writes them, so that none counts twice.
  `create table api_token_use_writers (
    writer text primary key,
    batch bigint not null,
    seen_at timestamptz not null default now()
  )`,
  // What was taken of counted allowances; replicas take it in portions. `owner` is a token or a user, and an end is
  // there for what no longer matters after it.
  `create table token_allowances (
    owner text not null,
    name text not null,
    period timestamptz not null,
    ends timestamptz,
    used bigint not null,
    primary key (owner, name)
  )`,
  // What is granted is what is needed, or a twentieth of what is left, so that little is not kept by one replica. A
  // replica whose clock is slow takes of the later period that others began.
  `create function take_of_allowance(
      whose text, what text, starts timestamptz, stops timestamptz, amount bigint, need bigint, at_least bigint,
      back bigint, back_to timestamptz)
    returns table (since timestamptz, granted bigint, remaining bigint) language plpgsql as $$
    declare mine token_allowances;
    begin
      insert into token_allowances as a (owner, name, period, ends, used) values (whose, what, starts, stops, 0)
        on conflict (owner, name) do update set ends = coalesce(excluded.ends, a.ends) returning a.* into mine;
      if mine.period = back_to then mine.used := greatest(mine.used - back, 0); end if;
      if mine.period < starts then
        mine.period := starts;
        mine.used := 0;
      end if;
      since := mine.period;
      remaining := greatest(amount - mine.used, 0);
      granted := case when remaining < at_least then 0 else least(remaining, greatest(need, remaining / 20)) end;
      update token_allowances a set period = mine.period, used = mine.used + granted
        where a.owner = whose and a.name = what;
      return next;
    end $$`,
]
