import { sql, type KyselyPlugin } from 'kysely'
import { usualRules } from '../../channels/bot-rules.ts'
import type { Bot } from '../../channels/bots.ts'
import type { Button, ChannelAbilities, ChatAddress } from '../../channels/channel.ts'
import { createLog } from '../../lib/log.ts'
import type { Db } from '../../storage/database.ts'
import { deliverAnswer } from '../answer.ts'
import { createDeliveries } from '../deliveries.ts'
import { embeddedFiles } from '../embedded-files.ts'
import { createGovernor } from '../governor.ts'
import { deliverNotice } from '../notice.ts'
import type { Outlet } from '../outlet.ts'
import { englishTexts } from '../texts.ts'
import { createMemoryPlatform, type MemoryPlatform } from './memory-channel.ts'
import { playScript, type Script } from './scripted-turn.ts'
import { createVirtualTime, type VirtualTime } from './virtual-time.ts'

/** One bot on the memory platform in virtual time, for tests of single answers. */
export interface Stage {
  platform: MemoryPlatform
  time: VirtualTime
  to: ChatAddress
  outlet(script: Script): Outlet
  /** Delivers an answer in one go; rejects where a worker would try again. */
  answer(script: Script, signal?: AbortSignal): Promise<string>
  notice(text: string, urgent?: boolean, buttons?: readonly Button[]): Promise<string>
  rows(): Promise<{ part: number; state: string; error: string | null }[]>
  /** Called before and after each statement. */
  atStatement: () => void
  statements: number
}

const never = new AbortController().signal

export async function createStage(db: Db, abilities: Partial<ChannelAbilities> = {}): Promise<Stage> {
  const ids = await createBotAndTurn(db)
  let running = 0
  const time = createVirtualTime(async () => {
    for (let calm = 0; calm < 4; calm = running === 0 ? calm + 1 : 0) {
      await new Promise((resolve) => setImmediate(resolve))
    }
  })
  const watch: KyselyPlugin = {
    transformQuery({ node }) {
      stage.atStatement()
      running++
      stage.statements++
      return node
    },
    async transformResult({ result }) {
      running--
      stage.atStatement()
      return result
    },
  }
  const platform = createMemoryPlatform(() => time.clock.now(), abilities)
  const governor = () => createGovernor({ pace: platform.definition.abilities.pace, ...time })
  const shared = governor()
  const outlet = (script: Script, its = shared): Outlet => ({
    bot: ids.bot,
    channel: platform.channel,
    definition: platform.definition,
    governor: its,
    deliveries: createDeliveries(db.withPlugin(watch)),
    readTurn: playScript(script, time.sleep),
    ...time,
    log: createLog('silent'),
    texts: englishTexts,
    files: embeddedFiles,
  })
  const stage: Stage = {
    platform,
    time,
    to: { chatId: 'chat', kind: 'private' },
    outlet,
    answer: (script, signal = never) =>
      time.until(
        deliverAnswer(
          outlet(script, governor()),
          { to: stage.to, turnId: ids.turnId, question: 'q', orderedAt: new Date(time.clock.now()) },
          signal,
        ),
      ),
    notice(text, urgent = false, buttons = []) {
      const job = { to: stage.to, text, key: `notice-${text}`, urgent, buttons }
      return time.until(deliverNotice(outlet([]), job, never))
    },
    rows: () =>
      db
        .selectFrom('deliveries')
        .select(['part', 'state', 'error'])
        .where('key', '=', ids.turnId)
        .orderBy('part')
        .execute(),
    atStatement: () => undefined,
    statements: 0,
  }
  return stage
}

let count = 0

/** The rows that deliveries refer to. */
export async function createBotAndTurn(db: Db): Promise<{ bot: Bot; turnId: string }> {
  const n = ++count
  const ids = {
    user: `usr_${n}`,
    workspace: `wsp_${n}`,
    bot: `bot_${n}`,
    conversation: `cnv_${n}`,
    turn: `trn_${n}`,
  }
  const bot: Bot = {
    id: ids.bot,
    workspaceId: ids.workspace,
    channel: 'memory',
    name: 'helper',
    agent: 'echo',
    enabled: true,
    settings: {},
    rules: usualRules,
    source: 'runtime',
    revision: 1,
  }
  await sql`
    with u as (
      insert into users (id, name, email) values (${ids.user}, 'Ann', ${`ann${n}@mail.example`})
    ), w as (
      insert into workspaces (id, name) values (${ids.workspace}, 'Team')
    ), b as (
      insert into bots (id, workspace_id, channel, name, agent, settings, source)
      values (${ids.bot}, ${ids.workspace}, 'memory', 'helper', 'echo', '{}', 'runtime')
    ), c as (
      insert into conversations (id, workspace_id, user_id, agent, title, lane)
      values (${ids.conversation}, ${ids.workspace}, ${ids.user}, 'echo', 'Talk', ${ids.conversation})
    )
    insert into turns (id, conversation_id, user_id, agent, state, request_key)
    values (${ids.turn}, ${ids.conversation}, ${ids.user}, 'echo', 'running', ${ids.turn})`.execute(db)
  return { bot, turnId: ids.turn }
}
