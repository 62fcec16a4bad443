import { sql, type Kysely } from 'kysely'

/**
 * The two hot steps of lanes, row by row in the database. As functions, because each row is then found by its
 * key, whatever the planner believed when the plan was cached: as one statement over arrays, a plan made on
 * small tables scanned all lanes and all waiting messages (70 ms for 200 lanes; these functions: 15 ms). And
 * because each statement inside sees what was committed before the lane was locked, so that a lane that counts
 * a message always shows it.
 */
export async function createLaneFunctions(db: Kysely<unknown>): Promise<void> {
  await sql`
    create type lane_turn as (
      queue text, lane text, fence bigint, kept boolean,
      id bigint, payload json, attempts integer, deaths integer, created_at timestamptz
    )`.execute(db)

  // Takes due lanes, the longest due first, up to a number in each queue, each with its first message. A lane
  // whose lease ran out was left by a worker that died or hung, which is counted with its first message. From the
  // third death on the lane rests for a while that grows and is random, so that a message that kills parts from
  // those that merely ran beside it.
  await sql`
    create function claim_lanes(queues text[], rooms integer[], claimant text, lease interval)
    returns setof lane_turn language plpgsql as $$
    declare
      due record;
      died integer;
      turn lane_turn;
    begin
      for due in
        select l.queue, l.lane, l.owner is not null as abandoned
        from unnest(queues, rooms) as q (queue, room)
        cross join lateral (
          select * from lanes
          where lanes.queue = q.queue and pending > 0 and run_at <= now()
          order by run_at limit q.room
          for update skip locked
        ) l
      loop
        if due.abandoned then
          update lane_messages set deaths = lane_messages.deaths + 1 where lane_messages.id = (
            select m.id from lane_messages m
            where m.queue = due.queue and m.lane = due.lane and m.state = 'pending' order by m.id limit 1
          ) returning lane_messages.deaths into died;
          if died > 2 then
            update lanes set owner = null, run_at = now() + random() * least(30, 2 ^ (died - 2)) * interval '1 s'
            where lanes.queue = due.queue and lanes.lane = due.lane;
            continue;
          end if;
        end if;
        update lanes set owner = claimant, fence = nextval('fences'), run_at = now() + lease
        where lanes.queue = due.queue and lanes.lane = due.lane
        returning lanes.queue, lanes.lane, lanes.fence, true into turn.queue, turn.lane, turn.fence, turn.kept;
        select m.id, m.payload, m.attempts, m.deaths, m.created_at
        into turn.id, turn.payload, turn.attempts, turn.deaths, turn.created_at
        from lane_messages m
        where m.queue = due.queue and m.lane = due.lane and m.state = 'pending' order by m.id limit 1;
        return next turn;
      end loop;
    end $$`.execute(db)

  // Ends messages of a lane and brings the next one; a lane that is drained or not kept becomes free. No row
  // when the claim is lost, or, unless it may wait, when somebody has the lane locked at this moment.
  await sql`
    create function step_lane(
      the_queue text, the_lane text, the_fence bigint, endings json, keep boolean, lease interval, may_wait boolean
    ) returns setof lane_turn language plpgsql as $$
    declare
      ending record;
      remaining integer;
      turn lane_turn;
    begin
      if may_wait then
        select pending into remaining from lanes
        where queue = the_queue and lane = the_lane and fence = the_fence and owner is not null for update;
      else
        select pending into remaining from lanes
        where queue = the_queue and lane = the_lane and fence = the_fence and owner is not null
        for update skip locked;
      end if;
      if not found then return; end if;
      for ending in
        select * from json_to_recordset(endings) as e (id bigint, state text, outcome text, error text)
      loop
        update lane_messages
        set state = ending.state, outcome = ending.outcome, error = ending.error, finished_at = now()
        where queue = the_queue and lane = the_lane and id = ending.id and state = 'pending';
        if found then remaining := remaining - 1; end if;
      end loop;
      turn.queue := the_queue;
      turn.lane := the_lane;
      turn.fence := the_fence;
      turn.kept := keep and remaining > 0;
      update lanes set
        pending = remaining,
        owner = case when turn.kept then owner end,
        run_at = case when turn.kept then now() + lease else now() end
      where queue = the_queue and lane = the_lane;
      if turn.kept then
        select m.id, m.payload, m.attempts, m.deaths, m.created_at
        into turn.id, turn.payload, turn.attempts, turn.deaths, turn.created_at
        from lane_messages m
        where m.queue = the_queue and m.lane = the_lane and m.state = 'pending' order by m.id limit 1;
      end if;
      return next turn;
    end $$`.execute(db)
}
