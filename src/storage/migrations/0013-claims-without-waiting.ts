import { sql, type Kysely } from 'kysely'

/**
 * The fence of a claim, of which the commit need not wait for the disk: a sequence alone could give a number again
 * whose claim was lost with the machine. So it is the time in milliseconds and, below it, 1,024 numbers of the
 * sequence; and larger than the lane's last one, whatever the clock does.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function next_lane_fence(last bigint) returns bigint language sql volatile as $$
      select greatest(
        last + 1,
        (extract(epoch from clock_timestamp()) * 1000)::bigint * 1024 + nextval('fences') % 1024
      )
    $$`.execute(db)
  await sql`
    do $$
    begin
      execute replace(
        pg_get_functiondef('claim_lanes'::regproc), 'fence = nextval(''fences'')', 'fence = next_lane_fence(lanes.fence)'
      );
    end $$`.execute(db)
}
