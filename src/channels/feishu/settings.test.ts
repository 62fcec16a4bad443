import { describe, expect, it } from 'vitest'
import { readSettings } from './settings.ts'

const app = { app_id: 'cli_a1b2c3d4e5f60718', app_secret: 'secret' }

describe('the settings', () => {
  it.each([
    [{}, 'https://open.feishu.cn'],
    [{ domain: '' }, 'https://open.feishu.cn'],
    [{ domain: 'feishu' }, 'https://open.feishu.cn'],
    [{ domain: 'lark' }, 'https://open.larksuite.com'],
    [{ domain: 'lark', api_root: 'http://127.0.0.1:9/' }, 'http://127.0.0.1:9'],
  ])('%o lead to %s', (settings, root) => {
    expect(readSettings({ ...app, ...settings }).root).toBe(root)
  })

  it.each([
    { app_id: 'a1b2' },
    { app_id: 'cli_../x' },
    { app_id: 7 },
    { app_secret: '' },
    { app_secret: undefined },
    { domain: 'constructor' },
    { domain: 'evil.example' },
    { api_root: 'file:///etc/passwd' },
  ])('%o are refused without showing the secret', (settings) => {
    const read = () => readSettings({ ...app, ...settings })
    expect(read).toThrow(expect.objectContaining({ kind: 'bad_credentials' }))
    expect(read).not.toThrow(/secret$/)
  })
})
