import { expect, it } from 'vitest'
import { NetworkError } from '../../lib/errors.ts'
import { addressOf, setGithubStage } from './testing/stage.ts'

const message = { text: 'It is the battery.', plain: 'It is the battery.' }

it('not when the answer was lost, not even by another replica', async () => {
  await using stage = await setGithubStage()
  stage.simulator.sendFaults.push('drop_after')
  await expect(stage.channel.send(stage.to, message, 'key')).rejects.toBeInstanceOf(NetworkError)
  const again = await stage.open().send(stage.to, message, 'key')
  expect(stage.issue.comments).toHaveLength(1)
  expect(again).toEqual({ comment: String(stage.issue.comments[0]!.id) })
})

it('but when it never arrived', async () => {
  await using stage = await setGithubStage()
  stage.simulator.sendFaults.push('drop_before')
  await expect(stage.channel.send(stage.to, message, 'key')).rejects.toBeInstanceOf(NetworkError)
  await stage.channel.send(stage.to, message, 'key')
  expect(stage.issue.comments).toHaveLength(1)
})

it('not when it is known to have arrived, and then nobody is asked', async () => {
  await using stage = await setGithubStage()
  const sent = await stage.channel.send(stage.to, message, 'key')
  const calls = stage.simulator.calls.length
  expect(await stage.channel.send(stage.to, message, 'key')).toEqual(sent)
  expect(stage.simulator.calls).toHaveLength(calls)
  await stage.channel.send(stage.to, message, 'another key')
  expect(stage.issue.comments).toHaveLength(2)
})

it('not among hundreds of other comments', async () => {
  await using stage = await setGithubStage()
  const { world, issue, bob } = stage
  stage.simulator.sendFaults.push('drop_after')
  for (let count = 0; count < 150; count += 1) world.addComment(issue.comments, bob, 'and me')
  await expect(stage.channel.send(stage.to, message, 'key')).rejects.toThrow()
  await stage.channel.send(stage.to, message, 'key')
  expect(issue.comments).toHaveLength(151)
})

it('and nobody can pass their own comment off as the answer', async () => {
  await using stage = await setGithubStage()
  const { world, issue, bob } = stage
  await stage.channel.send(stage.to, message, 'key')
  const source = issue.comments.pop()!.body
  world.addComment(issue.comments, bob, source)
  stage.memory.write({
    [`sent ${stage.to.chatId} `]: [{ mark: /[0-9a-f]{32}/.exec(source)![0], at: Date.now() }],
  })
  await stage.channel.send(stage.to, message, 'key')
  expect(issue.comments.map(({ user }) => user.login)).toEqual(['bob', `${stage.app.slug}[bot]`])
})

it('also in the threads of a review and of a discussion', async () => {
  await using stage = await setGithubStage()
  const { world, ada, channel, simulator } = stage
  const pull = world.addItem('pull_request', ada, 'Ring louder')
  const line = world.addComment(pull.reviewComments, ada, 'And here?')
  const discussion = world.addItem('discussion', ada, 'Which door?')
  const top = world.addComment(discussion.comments, ada, 'The left one')
  const reply = world.addComment(discussion.comments, ada, 'Really?', top)
  const places = [
    { ...addressOf(pull), topicId: `thread-${line.id}` },
    { ...addressOf(discussion), topicId: 'discussion', replyTo: reply.nodeId },
    { ...addressOf(discussion), topicId: 'discussion', replyTo: discussion.nodeId },
    { ...addressOf(discussion), topicId: 'discussion' },
  ]
  for (const [index, to] of places.entries()) {
    simulator.sendFaults.push('drop_after')
    await expect(channel.send(to, message, `key ${index}`)).rejects.toBeInstanceOf(NetworkError)
    await channel.send(to, message, `key ${index}`)
  }
  expect(pull.reviewComments.slice(1).map(({ parent }) => parent)).toEqual([line])
  expect(discussion.comments.slice(2).map(({ parent }) => parent)).toEqual([top, undefined, undefined])
})
