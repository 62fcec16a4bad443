import { describe, expect, it } from 'vitest'
import type { AgentFile } from '../../agent.ts'
import { turnOf } from '../../testing/turns.ts'
import { ask, questionsTo, setUp } from './testing/set-up.ts'

const file = (name: string, mediaType: string, content?: string): AgentFile => ({
  name,
  mediaType,
  url: `https://portico.example.org/files/${name}`,
  ...(content === undefined ? {} : { read: async () => new Blob([content]) }),
})

async function give(files: AgentFile[], text = 'look') {
  const { agent, server } = await setUp({}, { refusedFiles: ['.exe'] })
  const { error } = await ask(agent, turnOf(text, { message: { text, files } }))
  return { server, error, question: questionsTo(server)[0] }
}

describe('files for a dify app', () => {
  it('are uploaded where we have them, each as what Dify takes it for', async () => {
    const { server, question } = await give([
      file('a.PNG', 'image/png', 'picture'),
      file('b.pdf', 'application/pdf', 'paper'),
      file('c.m4a', 'video/mp4', 'voice'),
      file('d.webm', 'audio/webm', 'film'),
      file('e', 'audio/ogg', 'sound'),
      file('f.bin', 'application/octet-stream', 'bytes'),
    ])
    const given = question?.['files'] as { type: string; upload_file_id: string }[]
    expect(given.map(({ type }) => type)).toEqual(['image', 'document', 'audio', 'video', 'audio', 'custom'])
    expect(given.map(({ upload_file_id: id }) => id)).toEqual(server.uploads.map(({ id }) => id))
    expect(server.uploads[0]).toMatchObject({ name: 'a.PNG', mediaType: 'image/png', text: 'picture' })
    expect(question?.['query']).toBe('look')
  })

  it('are uploaded from a data: address', async () => {
    const url = `data:text/plain;base64,${Buffer.from('words').toString('base64')}`
    const { server } = await give([{ name: 'a.txt', mediaType: 'text/plain', url }])
    expect(server.uploads[0]).toMatchObject({ name: 'a.txt', text: 'words' })
  })

  it('go by their address where we do not have them', async () => {
    const unreadable = { ...file('b.png', 'image/png'), read: () => Promise.reject(new Error('gone')) }
    const { question } = await give([file('a.jpg', 'image/jpeg'), unreadable])
    expect(question?.['files']).toEqual(
      ['a.jpg', 'b.png'].map((name) => ({
        type: 'image',
        transfer_method: 'remote_url',
        url: `https://portico.example.org/files/${name}`,
      })),
    )
  })

  it('are named in the text where Dify refuses them', async () => {
    const { question, error } = await give([file('a.exe', 'application/x-msdownload', 'MZ')])
    expect(error).toBeUndefined()
    expect(question).toMatchObject({ query: 'look\n\n[file: a.exe, application/x-msdownload]', files: [] })
  })

  it('may come without a word', async () => {
    const { question, error } = await give([file('a.png', 'image/png', 'picture')], '')
    expect(error).toBeUndefined()
    expect(question?.['query']).toBe('a.png')
  })
})
