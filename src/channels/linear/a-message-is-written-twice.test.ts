import { expect, it } from 'vitest'
import { NetworkError } from '../../lib/errors.ts'
import { comment } from './testing/events.ts'
import { setLinearStage } from './testing/stage.ts'

const message = { text: 'It is the battery.', plain: 'It is the battery.' }

it('not when the answer was lost, not even by another replica', async () => {
  await using stage = await setLinearStage()
  stage.simulator.sendFaults.push('drop_after')
  await expect(stage.channel.send(stage.to, message, 'key')).rejects.toBeInstanceOf(NetworkError)
  const again = await stage.open().send(stage.to, message, 'key')
  expect(stage.said()).toEqual(['response: It is the battery.'])
  expect(again).toEqual({ id: stage.session.activities[0]!.id })
})

it('but when it never arrived', async () => {
  await using stage = await setLinearStage()
  stage.simulator.sendFaults.push('drop_before')
  await expect(stage.channel.send(stage.to, message, 'key')).rejects.toBeInstanceOf(NetworkError)
  await stage.channel.send(stage.to, message, 'key')
  await stage.channel.send(stage.to, message, 'another key')
  expect(stage.said()).toHaveLength(2)
})

it('not in a thread of comments either', async () => {
  await using stage = await setLinearStage()
  const { world, issue, ada, channel, simulator } = stage
  const asked = comment(world, issue, ada, 'what could it be?')
  const to = { chatId: `${issue.id}/${asked.id}`, kind: 'group' } as const
  simulator.sendFaults.push('drop_after')
  await expect(channel.send(to, message, 'key')).rejects.toBeInstanceOf(NetworkError)
  await channel.send(to, message, 'key')
  expect(issue.comments.slice(1)).toMatchObject([{ parentId: asked.id, body: 'It is the battery.' }])
})

it('and a refusal stays one', async () => {
  await using stage = await setLinearStage()
  const empty = stage.channel.send(stage.to, { text: '', plain: '' }, 'key')
  await expect(empty).rejects.toMatchObject({ kind: 'invalid' })
  const nowhere = { chatId: stage.issue.id, kind: 'group' } as const
  await expect(stage.channel.send(nowhere, message, 'key')).rejects.toMatchObject({ kind: 'gone' })
  for (const chatId of ['', '../graphql', `${stage.issue.id}/`, `${stage.issue.id}/../x`])
    await expect(stage.channel.send({ chatId, kind: 'group' }, message, 'key')).rejects.toMatchObject({
      kind: 'invalid',
    })
})
